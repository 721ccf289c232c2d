import Foundation

/// A date of HTTP: `Sun, 06 Nov 1994 08:49:37 GMT`, or one of the two older forms, `Sunday, 06-Nov-94 08:49:37 GMT` and
/// `Sun Nov  6 08:49:37 1994` (RFC 9110, section 5.6.7).
func httpDate(_ text: String) -> Date? {
    var parts = text.split { " ,-".contains($0) }
    if parts.count == 5 { parts = [parts[0], parts[2], parts[1], parts[4], parts[3], "GMT"] }
    guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: parts[2]),
        let day = Int(parts[1]), let year = Int(parts[3])
    else { return nil }
    let time = parts[4].split(separator: ":").compactMap { Int($0) }
    guard time.count == 3, (1...31).contains(day), (0...9999).contains(year), (0...23).contains(time[0]),
        (0...59).contains(time[1]), (0...60).contains(time[2])
    else { return nil }
    let century = year > 99 ? 0 : year < 70 ? 2000 : 1900
    return calendar.date(
        from: DateComponents(
            year: century + year, month: month + 1, day: day, hour: time[0], minute: time[1], second: time[2])
    )
}

private let months: [Substring] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
]

private let calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    return calendar
}()

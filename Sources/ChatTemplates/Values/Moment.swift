/// A moment by the clock on the wall, for templates that print the date.
public struct Moment: Hashable, Sendable {
    private let days: Int  // since 1 January 1970
    private let second: Int  // of the day

    /// - Parameters:
    ///   - secondsSince1970: Unix time, in seconds.
    ///   - secondsFromGMT: how far the clock on the wall is ahead of Greenwich, in seconds.
    public init(secondsSince1970: Int, secondsFromGMT: Int = 0) {
        let local = secondsSince1970 + secondsFromGMT
        second = ((local % 86400) + 86400) % 86400
        days = (local - second) / 86400
    }

    /// The start of a day, written as in 2026-11-30; nil if there is no such day.
    public init?(day: String) {
        let parts = day.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], parts.allSatisfy({ $0.allSatisfy(\.isASCII) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let number = Int(parts[2]),
            year > 0, (1...12).contains(month), (1...31).contains(number)
        else { return nil }
        // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = (shifted / 400, shifted % 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + number - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.init(secondsSince1970: (era * 146_097 + dayOfEra - 719_468) * 86400)
        guard self.day == day else { return nil }
    }

    /// The day, written as in 2026-11-30.
    public var day: String {
        let (year, month, day) = date
        func padded(_ number: Int, _ width: Int) -> String {
            String(repeating: "0", count: max(0, width - "\(number)".utf8.count)) + "\(number)"
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November",
        "December",
    ]
    private static let weekdays = [
        "Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday",
    ]

    /// The date in the Gregorian calendar.
    ///
    /// - Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
    private var date: (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468  // days since 1 March 0000
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1
        )
    }

    /// Python's strftime, in English.
    func formatted(_ format: String) throws -> String {
        guard format.utf8.count <= 10_000 else { throw Excess(limit: "10000 bytes of a date's format") }
        let scalars = format.scalars
        var (result, i) = ("", 0)
        while i < scalars.count {
            defer { i += 1 }
            guard scalars[i] == "%", i + 1 < scalars.count else {
                result.unicodeScalars.append(scalars[i])
                continue
            }
            i += 1
            if scalars[i] == "-", i + 1 < scalars.count {
                i += 1
                let text = try field(scalars[i])
                let plain = text.drop { $0 == "0" }
                result += plain.isEmpty ? "0" : String(plain)
            } else {
                result += try field(scalars[i])
            }
        }
        return result
    }

    private func field(_ code: Unicode.Scalar) throws -> String {
        func padded(_ number: Int, _ width: Int = 2) -> String {
            String(repeating: "0", count: max(0, width - "\(number)".utf8.count)) + "\(number)"
        }
        let (year, month, day) = date
        let (hour, weekday) = (second / 3600, Self.weekdays[(days % 7 + 7) % 7])
        switch code {
        case "Y": return "\(year)"
        case "y": return padded(year % 100)
        case "m": return padded(month)
        case "d": return padded(day)
        case "B": return Self.months[month - 1]
        case "b", "h": return String(Self.months[month - 1].prefix(3))
        case "A": return weekday
        case "a": return String(weekday.prefix(3))
        case "H": return padded(hour)
        case "I": return padded(hour % 12 == 0 ? 12 : hour % 12)
        case "p": return hour < 12 ? "AM" : "PM"
        case "M": return padded(second / 60 % 60)
        case "S": return padded(second % 60)
        case "F": return "\(year)-\(padded(month))-\(padded(day))"
        case "T": return "\(padded(hour)):\(padded(second / 60 % 60)):\(padded(second % 60))"
        case "%": return "%"
        default: throw Complaint.unsupported("%\(code) in a date")
        }
    }
}

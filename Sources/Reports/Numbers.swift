import Foundation

/// A number with a few significant digits, plain from 0.0001 to a million and scientific beyond; `–` when undefined.
///
/// - Parameters:
///   - value: the number; nil, infinite or none at all is undefined.
///   - digits: significant digits, from 1 to 15.
public func significant(_ value: Double?, digits: Int = 3) -> String {
    guard let value, value.isFinite else { return "–" }
    guard value != 0 else { return "0" }
    let scientific = String(format: "%.\(digits - 1)e", value)
    let parts = scientific.split(separator: "e")
    guard let power = Int(parts[1]) else { return scientific }
    if power >= -4, power < 6 { return String(format: "%.\(max(0, digits - 1 - power))f", value) }
    return "\(parts[0])e\(power)"
}

/// A number with a fixed count of decimals; `–` when undefined.
public func fixed(_ value: Double?, decimals: Int) -> String {
    guard let value, value.isFinite else { return "–" }
    let text = String(format: "%.\(decimals)f", value)
    return text.contains { $0.isNumber && $0 != "0" } || text.first != "-" ? text : String(text.dropFirst())
}

/// A share as a percentage with a fixed count of decimals; `–` when undefined.
public func percent(_ share: Double?, decimals: Int = 1) -> String {
    share.map { fixed(100 * $0, decimals: decimals) + " %" } ?? "–"
}

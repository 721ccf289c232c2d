/// Numbers.
extension JSONReader {
    /// Reads a whole number from 0 on, below 2^63.
    ///
    /// - Parameter name: What the number is, for messages.
    public mutating func wholeNumber(_ name: String = "a whole number") throws(JSONError) -> Int {
        _ = try peek()
        let start = index
        var value = 0
        while index < bytes.endIndex, case let digit = bytes[index] &- UInt8(ascii: "0"), digit < 10 {
            let (tens, tooMany) = value.multipliedReportingOverflow(by: 10)
            let (sum, tooLarge) = tens.addingReportingOverflow(Int(digit))
            if tooMany || tooLarge { throw failure("\(name) is too large") }
            value = sum
            index += 1
        }
        if index == start || (index > start + 1 && bytes[start] == UInt8(ascii: "0")) {
            throw failure("expected \(name)")
        }
        return value
    }

    /// Reads a number that is finite.
    public mutating func finiteNumber() throws(JSONError) -> Double {
        let first = try peek()
        guard first == UInt8(ascii: "-") || (0x30...0x39).contains(first), let number = try number().number,
            number.isFinite
        else { throw failure("expected a number") }
        return number
    }

    /// Reads a number: as an integer where it is written as one and fits, else as the nearest double.
    mutating func number() throws(JSONError) -> JSONValue {
        let start = index
        let isNegative = bytes[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        if dialect == .python, index < bytes.endIndex {
            if bytes[index] == UInt8(ascii: "I") {
                return try word("Infinity", .double(isNegative ? -.infinity : .infinity))
            }
            if bytes[index] == UInt8(ascii: "N"), !isNegative { return try word("NaN", .double(.nan)) }
        }
        let whole = digits()
        if whole == 0 || (whole > 1 && bytes[index - whole] == UInt8(ascii: "0")) {
            index = start
            throw failure("expected a value")
        }
        var isWhole = true
        if index < bytes.endIndex, bytes[index] == UInt8(ascii: ".") {
            index += 1
            isWhole = false
            if digits() == 0 { throw failure("a number lacks the digits after its point") }
        }
        if index < bytes.endIndex, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            isWhole = false
            if index < bytes.endIndex, [0x2B, 0x2D].contains(bytes[index]) { index += 1 }
            if digits() == 0 { throw failure("a number lacks its exponent") }
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isWhole, let number = Int(text) { return .int(number) }
        return .double(Double(text) ?? .nan)
    }

    private mutating func digits() -> Int {
        let start = index
        while index < bytes.endIndex, (0x30...0x39).contains(bytes[index]) { index += 1 }
        return index - start
    }
}

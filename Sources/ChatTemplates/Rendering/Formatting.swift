/// Python's `format % values`: %s %r %d %i %f %x and %%, with flags, width and precision.
func formatted(_ format: String, _ values: Value) throws -> String {
    var rest: [Value] = if case .tuple(let items) = values { items } else { [values] }
    let scalars = format.scalars
    var (result, i) = ("", 0)
    while i < scalars.count {
        if scalars[i] != "%" {
            result.unicodeScalars.append(scalars[i])
            i += 1
            continue
        }
        let field = try FormatField(scalars, at: i + 1)
        i = field.end
        if field.conversion == "%" {
            result += "%"
            continue
        }
        if rest.isEmpty { throw Complaint("a format has more fields than there are values") }
        result += try field.text(rest.removeFirst())
        try requireShort(result.utf8.count)
    }
    if !rest.isEmpty, case .dictionary = values { return result }
    if !rest.isEmpty { throw Complaint("a format has fewer fields than there are values") }
    return result
}

/// One field of a format: `-08.2f`.
private struct FormatField {
    private var flags: Set<Unicode.Scalar> = []
    private var width = 0
    private var precision: Int?
    private(set) var conversion: Unicode.Scalar = "%"
    private(set) var end: Int

    init(_ format: Scalars, at start: Int) throws {
        end = start
        while end < format.count, "-+ 0#".unicodeScalars.contains(format[end]) {
            flags.insert(format[end])
            end += 1
        }
        width = try Self.number(format, &end) ?? 0
        if end < format.count, format[end] == "." {
            end += 1
            precision = try Self.number(format, &end) ?? 0
        }
        if end == format.count { throw Complaint("a format ends inside a field") }
        conversion = format[end]
        end += 1
    }

    private static func number(_ format: Scalars, _ i: inout Int) throws -> Int? {
        var digits = ""
        while i < format.count, ("0"..."9").contains(format[i]) {
            digits.unicodeScalars.append(format[i])
            i += 1
        }
        if digits.isEmpty { return nil }
        guard let number = Int(digits), number <= 1000 else {
            throw Complaint("a format's field is too wide")
        }
        return number
    }

    func text(_ value: Value) throws -> String {
        switch conversion {
        case "s": return padded(cut(printed(value)))
        case "r": return padded(cut(repr(value)))
        case "d", "i":
            guard let number = value.number.map({ $0.rounded(.towardZero) }),
                let whole = value.integer ?? Int(exactly: number)
            else { throw Complaint("%d needs a number, found \(value.kind)") }
            return padded(signed("\(whole.magnitude)", negative: whole < 0))
        case "x":
            guard let whole = value.integer else {
                throw Complaint("%x needs a whole number, found \(value.kind)")
            }
            return padded(signed(String(whole.magnitude, radix: 16), negative: whole < 0))
        case "f":
            guard let number = value.number else { throw Complaint("%f needs a number, found \(value.kind)") }
            return padded(
                signed(try fixed(number.magnitude, precision ?? 6), negative: number.sign == .minus))
        default: throw Complaint.unsupported("the conversion %\(conversion)")
        }
    }

    private func cut(_ text: String) -> String {
        precision.map { String(scalars: text.unicodeScalars.prefix($0)) } ?? text
    }

    private func signed(_ digits: String, negative: Bool) -> String {
        let sign = negative ? "-" : flags.contains("+") ? "+" : flags.contains(" ") ? " " : ""
        let zeros =
            flags.contains("0") && !flags.contains("-")
            ? max(0, width - digits.utf8.count - sign.utf8.count) : 0
        return sign + String(repeating: "0", count: zeros) + digits
    }

    private func padded(_ text: String) -> String {
        let filling = String(repeating: " ", count: max(0, width - text.unicodeScalars.count))
        return flags.contains("-") ? text + filling : filling + text
    }
}

/// A number that is not negative with so many decimals.
func fixed(_ number: Double, _ decimals: Int) throws -> String {
    if !number.isFinite { return pythonNumber(number) }
    guard decimals <= 15, let whole = UInt64(exactly: scaledAndRounded(number, decimals)) else {
        throw Complaint("\(number) cannot be written with \(decimals) decimals")
    }
    let digits = String(whole)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.utf8.count)) + digits
    return decimals == 0 ? padded : "\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
}

/// Python's round: the nearest decimal to the exact binary value, an exact half to even.
func roundedToDecimal(_ number: Double, _ decimals: Int) -> Double {
    let scale = powerOfTen(abs(decimals))
    let whole = scaledAndRounded(number, decimals)
    return decimals < 0 ? whole * scale : whole / scale
}

/// number · 10^decimals as a whole number. Scaling may round to a half what is none; what it lost then decides.
private func scaledAndRounded(_ number: Double, _ decimals: Int) -> Double {
    let scale = powerOfTen(abs(decimals))
    let scaled = decimals < 0 ? number / scale : number * scale
    let lost = decimals < 0 ? number.addingProduct(-scaled, scale) : (-scaled).addingProduct(number, scale)
    if lost != 0, abs(scaled - scaled.rounded(.towardZero)) == 0.5 {
        return scaled.rounded(lost < 0 ? .down : .up)
    }
    return scaled.rounded(.toNearestOrEven)
}

/// 10^exponent, exact up to 22.
func powerOfTen(_ exponent: Int) -> Double { (0..<exponent).reduce(1) { power, _ in power * 10 } }

/// Python's `text.format(…)` with `{}`, `{0}` and `{name}`.
func filled(_ format: String, _ arguments: Arguments) throws -> String {
    let scalars = format.scalars
    var (result, i, next, size) = (String.UnicodeScalarView(), 0, 0, 0)
    while i < scalars.count {
        let (scalar, after) = (scalars[i], i + 1 < scalars.count ? scalars[i + 1] : nil)
        i += 1
        if scalar == "{" || scalar == "}", after == scalar {
            i += 1
        } else if scalar == "}" {
            throw Complaint("a format has a single '}'")
        } else if scalar == "{" {
            guard let close = scalars[i...].firstIndex(of: "}") else {
                throw Complaint("a format has a single '{'")
            }
            let field = String(scalars: scalars[i..<close])
            i = close + 1
            let index = field.isEmpty ? next : Int(field)
            if field.isEmpty { next += 1 }
            let named = arguments.named.first { same($0.name, field) }?.value
            guard
                let value = index.flatMap({
                    arguments.positional.indices.contains($0) ? arguments.positional[$0] : nil
                }) ?? named
            else {
                throw Complaint(
                    "the format's field '{\(field)}' has no value, or is of a kind that is not supported")
            }
            let text = printed(value)
            size += text.utf8.count
            try requireShort(size)
            result.append(contentsOf: text.unicodeScalars)
            continue
        }
        result.append(scalar)
    }
    return String(result)
}

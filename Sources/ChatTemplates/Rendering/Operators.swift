extension Renderer {
    /// `-x` and `+x`
    func signed(_ symbol: String, _ value: Value) throws -> Value {
        if let number = value.integer {
            let (negative, overflow) = (0).subtractingReportingOverflow(number)
            if overflow, symbol == "-" { throw tooLarge() }
            return .int(symbol == "-" ? negative : number)
        }
        guard case .float(let number) = try value.defined() else {
            throw Complaint("\(value.kind) has no sign")
        }
        return .float(symbol == "-" ? -number : number)
    }

    /// Python's arithmetic, and what + * % do to texts and lists.
    func calculated(_ symbol: String, _ left: Value, _ right: Value) throws -> Value {
        switch (symbol, try left.defined(), right) {
        case ("%", .string(let format), _): return try bounded(formatted(format, right))
        case ("+", .string(let a), .string(let b)):
            try spend(bytes: a.utf8.count + b.utf8.count)
            return try bounded(a + b)
        case ("+", .list(let a), .list(let b)): return .list(try joined(a, b))
        case ("+", .tuple(let a), .tuple(let b)): return .tuple(try joined(a, b))
        case ("*", .string(let text), let times):
            if let times = times.integer { return try repeated(text, times) }
        case ("*", let times, .string(let text)):
            if let times = times.integer { return try repeated(text, times) }
        case ("*", .list(let items), .int(let times)), ("*", .int(let times), .list(let items)):
            if items.count.multipliedReportingOverflow(by: max(times, 0)).partialValue > Self.mostItems
                || times > Self.mostItems
            {
                throw Excess(limit: "\(Self.mostItems) elements")
            }
            try spend(bytes: Budget.element * items.count * max(times, 0))
            return .list(Array([[Value]](repeating: items, count: max(times, 0)).joined()))
        default: break
        }
        if let a = left.integer, let b = right.integer, symbol != "/" { return try whole(symbol, a, b) }
        if let a = left.number, let b = right.number { return .float(try real(symbol, a, b)) }
        _ = try right.defined()
        throw Complaint("\(left.kind) \(symbol) \(right.kind) is not defined")
    }

    static let mostItems = 1_000_000

    private func joined(_ a: [Value], _ b: [Value]) throws -> [Value] {
        if a.count + b.count > Self.mostItems { throw Excess(limit: "\(Self.mostItems) elements") }
        try spend(bytes: Budget.element * (a.count + b.count))
        return a + b
    }

    private func repeated(_ text: String, _ times: Int) throws -> Value {
        if times <= 0 { return .string("") }
        let (size, overflow) = text.utf8.count.multipliedReportingOverflow(by: times)
        if overflow || size > Self.longestText { throw Excess(limit: "\(Self.longestText) bytes of text") }
        try spend(bytes: size)
        return .string(String(repeating: text, count: times))
    }

    private func whole(_ symbol: String, _ a: Int, _ b: Int) throws -> Value {
        let result: (Int, Bool)
        switch symbol {
        case "+": result = a.addingReportingOverflow(b)
        case "-": result = a.subtractingReportingOverflow(b)
        case "*": result = a.multipliedReportingOverflow(by: b)
        case "//", "%":
            if b == 0 { throw Complaint("division by zero") }
            let (quotient, overflow) = a.dividedReportingOverflow(by: b)
            let rest = overflow ? 0 : a % b
            let down = rest != 0 && (rest < 0) != (b < 0)
            result =
                symbol == "//" ? (down ? quotient - 1 : quotient, overflow) : (down ? rest + b : rest, false)
        case "**":
            if b < 0 {
                if a == 0 { throw Complaint("division by zero") }
                return .float(power(Double(a), b))
            }
            var (product, overflow) = (1, false)
            for _ in 0..<(a.magnitude < 2 ? min(b, 2 + b % 2) : min(b, 64)) where !overflow {
                (product, overflow) = product.multipliedReportingOverflow(by: a)
            }
            result = (product, overflow)
        default: throw Complaint("'\(symbol)' is no operator")
        }
        if result.1 { throw tooLarge() }
        return .int(result.0)
    }

    private func real(_ symbol: String, _ a: Double, _ b: Double) throws -> Double {
        if b == 0, ["/", "//", "%"].contains(symbol) { throw Complaint("division by zero") }
        switch symbol {
        case "+": return a + b
        case "-": return a - b
        case "*": return a * b
        case "/": return a / b
        case "//": return (a / b).rounded(.down)
        case "%":
            let rest = a.truncatingRemainder(dividingBy: b)
            return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest
        default:
            guard let exponent = Int(exactly: b) else {
                throw Complaint.unsupported("a power that is not whole")
            }
            return power(a, exponent)
        }
    }

    private func power(_ base: Double, _ exponent: Int) -> Double {
        var (result, square, rest) = (1.0, base, exponent.magnitude)
        while rest > 0 {
            if rest % 2 == 1 { result *= square }
            square *= square
            rest /= 2
        }
        return exponent < 0 ? 1 / result : result
    }

    private func tooLarge() -> Complaint { Complaint("a whole number became too large") }

    func compared(_ symbol: String, _ left: Value, _ right: Value) throws -> Bool {
        switch symbol {
        case "==": equal(left, right)
        case "!=": !equal(left, right)
        case "<": try less(left, right)
        case ">": try less(right, left)
        case "<=": try equal(left, right) || less(left, right)
        case ">=": try equal(left, right) || less(right, left)
        case "in": try contains(right, left)
        default: try !contains(right, left)
        }
    }
}

/// Python's `item in container`.
func contains(_ container: Value, _ item: Value) throws -> Bool {
    switch container {
    case .undefined: return false
    case .list(let items), .tuple(let items):
        try spend(work: items.count)
        return items.contains { equal($0, item) }
    case .dictionary(let pairs): return pairs.value(of: item) != nil
    case .string(let text):
        guard case .string(let part) = try item.defined() else {
            throw Complaint("a text cannot contain \(item.kind)")
        }
        return part.utf8.isEmpty || !occurrences(of: part.scalars, in: text.scalars).isEmpty
    default: throw Complaint("\(container.kind) contains nothing")
    }
}

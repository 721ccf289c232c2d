/// A place in a template's tokens, and the nesting there.
struct TokenReader {
    private let tokens: [Token]
    private var position = 0
    private var depth = 0
    private var operations = 0  // since the last tag began

    /// Expressions and blocks nested deeper than this are refused.
    private static let deepest = 120

    /// An expression of more operations than this is refused: a long chain nests as deeply as brackets do.
    private static let mostOperations = 1000

    init(_ tokens: [Token]) { self.tokens = tokens }

    var current: Token { tokens[position] }
    var line: Int { current.line }

    /// The token after the current one.
    var following: Token { tokens[min(position + 1, tokens.count - 1)] }

    @discardableResult
    mutating func next() -> Token {
        let token = current
        if token.kind == .blockBegin || token.kind == .outputBegin { operations = 0 }
        if position + 1 < tokens.count { position += 1 }
        return token
    }

    func isAt(symbol: String) -> Bool { current.kind == .symbol(symbol) }
    func isAt(name: String) -> Bool { current.kind == .name(name) }
    func isAt(anyOf names: [String]) -> Bool { names.contains { isAt(name: $0) } }

    mutating func skip(symbol: String) -> Bool { skip(.symbol(symbol)) }
    mutating func skip(name: String) -> Bool { skip(.name(name)) }

    mutating func skip(_ kind: Token.Kind) -> Bool {
        if current.kind != kind { return false }
        next()
        return true
    }

    mutating func expect(_ kind: Token.Kind) throws {
        let expected = Token(kind: kind, line: line).description
        if !skip(kind) { throw failure("expected \(expected), found \(current.description)") }
    }

    mutating func expect(symbol: String) throws { try expect(.symbol(symbol)) }

    mutating func name(for purpose: String) throws -> String {
        guard case .name(let name) = current.kind else {
            throw failure("expected \(purpose), found \(current.description)")
        }
        next()
        return name
    }

    func failure(_ reason: String) -> TemplateError { .syntax(line: line, reason: reason) }

    /// Counts an operation of a chain such as a + b + c.
    mutating func countOperation() throws {
        operations += 1
        if operations > Self.mostOperations {
            throw failure("an expression has more than \(Self.mostOperations) operations")
        }
    }

    /// Reads something that may nest.
    mutating func nested<Result>(_ read: (inout TokenReader) throws -> Result) throws -> Result {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.deepest { throw failure("nested more than \(Self.deepest) deep") }
        return try read(&self)
    }
}

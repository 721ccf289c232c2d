/// A piece of a template.
struct Token: Equatable {
    enum Kind: Equatable {
        case text(String)  // outside tags
        case blockBegin, blockEnd, outputBegin, outputEnd
        case name(String), string(String), int(Int), float(Double), symbol(String)
        case end
    }

    let kind: Kind
    let line: Int

    /// What it is, for error messages.
    var description: String {
        switch kind {
        case .text: "text"
        case .blockBegin: "'{%'"
        case .blockEnd: "'%}'"
        case .outputBegin: "'{{'"
        case .outputEnd: "'}}'"
        case .name(let name): "'\(name)'"
        case .string(let string): "the string \(repr(string))"
        case .int(let number): "\(number)"
        case .float(let number): "\(number)"
        case .symbol(let symbol): "'\(symbol)'"
        case .end: "the end of the template"
        }
    }
}

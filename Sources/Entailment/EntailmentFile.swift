import Records

/// A pair of a file, with its label where it has one.
public struct LabelledPair: Sendable, Equatable {
    /// The pair.
    public let pair: EntailmentPair
    /// Whether the premise entails the hypothesis, where the file says so.
    public let isEntailed: Bool?
}

/// The pairs of a file, and what was decided in reading their labels.
public struct EntailmentFile: Sendable {
    /// The pairs, in order.
    public private(set) var pairs: [LabelledPair] = []
    /// What the user should know of how labels were read.
    public private(set) var notes: [String] = []

    /// Reads JSON lines of `{"premise","hypothesis"}` with an optional `label`.
    ///
    /// A label is true or false, a name (entailment; neutral, contradiction or not_entailment), or a number. Numbers are
    /// 0 entailment, 1 neutral, 2 contradiction, as in GLUE, if one of them is 2; with 0 and 1 alone they could mean either.
    /// −1 and "-" are no label, as in SNLI.
    ///
    /// - Parameters:
    ///   - path: JSON lines, or a JSON array, in UTF-8.
    ///   - entailment: the label that means entailment; nil to go by the rules above.
    public init(at path: String, entailment: String? = nil) throws {
        let lines = try readJSONLines(Line.self, at: path)
        let numbers = lines.compactMap { $0.1.label?.number }
        let isGLUE = numbers.contains(2)
        if entailment == nil && isGLUE {
            notes.append("\(path): labels are numbers: 0 entailment, 1 neutral, 2 contradiction")
        }
        for (number, line) in lines {
            let isEntailed = try line.label?.isEntailed(
                called: entailment, isGLUE: isGLUE, line: number, path)
            pairs.append(LabelledPair(pair: line.pair, isEntailed: isEntailed ?? nil))
        }
    }

    /// The pairs that have labels.
    public var labelled: (pairs: [EntailmentPair], isEntailed: [Bool]) {
        let known = pairs.compactMap { line in line.isEntailed.map { (line.pair, $0) } }
        return (known.map(\.0), known.map(\.1))
    }
}

private struct Line: Decodable {
    let pair: EntailmentPair
    let label: Label?

    private enum Key: String, CodingKey { case label }

    init(from decoder: any Decoder) throws {
        pair = try EntailmentPair(from: decoder)
        label = try decoder.container(keyedBy: Key.self).decodeIfPresent(Label.self, forKey: .label)
    }
}

private enum Label: Decodable {
    case truth(Bool)
    case number(Int)
    case name(String)

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let truth = try? value.decode(Bool.self) {
            self = .truth(truth)
        } else if let number = try? value.decode(Int.self) {
            self = .number(number)
        } else {
            self = .name(try value.decode(String.self))
        }
    }

    var number: Int? { if case .number(let number) = self { number } else { nil } }

    private var text: String {
        switch self {
        case .truth(let truth): "\(truth)"
        case .number(let number): "\(number)"
        case .name(let name): name
        }
    }

    /// nil where it is no label.
    func isEntailed(called wanted: String?, isGLUE: Bool, line: Int, _ path: String) throws -> Bool? {
        if ["-1", "-", ""].contains(text) { return nil }
        if let wanted { return text.lowercased() == wanted.lowercased() }
        switch self {
        case .truth(let truth): return truth
        case .number(let number):
            guard isGLUE else { throw EntailmentError.ambiguousLabels(path: path, line: line) }
            guard (0...2).contains(number) else { break }
            return number == 0
        case .name(let name):
            if ["entailment", "entails", "entailed"].contains(name.lowercased()) { return true }
            let others = ["neutral", "contradiction", "not_entailment", "not entailment", "non-entailment"]
            if others.contains(name.lowercased()) { return false }
        }
        throw EntailmentError.strangeLabel(path: path, line: line, found: text)
    }
}

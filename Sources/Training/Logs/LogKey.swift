/// A key of a log's line; those of an evaluation's numbers begin with `eval_`, as in Hugging Face's logs.
struct LogKey: CodingKey, ExpressibleByStringLiteral {
    let stringValue: String
    var intValue: Int? { nil }

    private static let evaluation = "eval_"

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
    init(stringLiteral: String) { stringValue = stringLiteral }

    /// The key of a figure.
    init(_ name: String) { stringValue = name }

    /// The key of an evaluation's number.
    init(evaluation name: String) { stringValue = Self.evaluation + name }

    /// The name of an evaluation's number, if the key is one's.
    var evaluationName: String? {
        stringValue.hasPrefix(Self.evaluation) ? String(stringValue.dropFirst(Self.evaluation.count)) : nil
    }
}

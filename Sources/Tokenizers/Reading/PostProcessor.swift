/// The tokens that go before and after a text.
struct PostProcessor: Equatable, Sendable {
    var before: [Int32] = []
    var after: [Int32] = []

    init(before: [Int32], after: [Int32]) {
        self.before = before
        self.after = after
    }

    init(_ json: JSONValue, source: String) throws(TokenizerError) {
        switch json["type"].string {
        case nil where json == .null, "ByteLevel": break
        case "TemplateProcessing": try readTemplate(json, source: source)
        case "BertProcessing", "RobertaProcessing":
            before = [try Self.token("cls", json, source)]
            after = [try Self.token("sep", json, source)]
        case "Sequence":
            for part in json["processors"].array ?? [] {
                let inner = try PostProcessor(part, source: source)
                before = inner.before + before
                after += inner.after
            }
        default:
            throw .unsupported(
                source: source, component: "post-processor", found: json.kind,
                supported:
                    "none, BertProcessing, ByteLevel, RobertaProcessing, TemplateProcessing, Sequence of these"
            )
        }
    }

    /// A token that is written as its name and its id.
    private static func token(_ role: String, _ json: JSONValue, _ source: String) throws(TokenizerError)
        -> Int32
    {
        guard let id = json[role].array?.last?.id, id >= 0 else {
            throw .malformed(
                source: source, reason: "the \(json.kind) post-processor lacks the id of \"\(role)\"")
        }
        return id
    }

    /// The template for a single text: special tokens around one sequence.
    private mutating func readTemplate(_ json: JSONValue, source: String) throws(TokenizerError) {
        var texts = 0
        for piece in json["single"].array ?? [] {
            if piece["Sequence"] != .null {
                texts += 1
            } else if let name = piece["SpecialToken"]["id"].string,
                let ids = json["special_tokens"][name]["ids"].array
            {
                for id in ids.map(\.id) {
                    guard let id, id >= 0 else {
                        throw .malformed(
                            source: source, reason: "the id of the special token \(name) is not one")
                    }
                    if texts == 0 { before.append(id) } else { after.append(id) }
                }
            } else {
                throw .malformed(
                    source: source, reason: "the template of the post-processor has an unknown piece")
            }
        }
        if texts != 1 {
            throw .malformed(
                source: source, reason: "the template of the post-processor holds the text \(texts) times")
        }
    }
}

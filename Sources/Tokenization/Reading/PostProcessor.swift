import JSON

/// The tokens that go before and after a text, and around two.
struct PostProcessor: Equatable, Sendable {
    var before: [Int32] = []
    var after: [Int32] = []
    /// Two texts as one sequence; nil where that is not known.
    var pair: [PairPiece]?

    /// A part of a sequence of two texts, with the type of its tokens.
    enum PairPiece: Equatable, Sendable {
        case first(type: Int32)
        case second(type: Int32)
        case token(Int32, type: Int32)
    }

    init(before: [Int32], after: [Int32]) {
        self.before = before
        self.after = after
    }

    init(_ json: JSONValue, source: String) throws(TokenizerError) {
        switch json["type"]?.string {
        case nil where json == .null, "ByteLevel": break
        case "TemplateProcessing": try readTemplate(json, source: source)
        case "BertProcessing", "RobertaProcessing":
            let (cls, sep) = (try Self.token("cls", json, source), try Self.token("sep", json, source))
            (before, after) = ([cls], [sep])
            pair =
                json["type"]?.string == "BertProcessing"
                ? [
                    .token(cls, type: 0), .first(type: 0), .token(sep, type: 0), .second(type: 1),
                    .token(sep, type: 1),
                ]
                : [
                    .token(cls, type: 0), .first(type: 0), .token(sep, type: 0), .token(sep, type: 0),
                    .second(type: 0), .token(sep, type: 0),
                ]
        case "Sequence":
            for part in json["processors"]?.array ?? [] {
                let inner = try PostProcessor(part, source: source)
                before = inner.before + before
                after += inner.after
                pair = inner.pair ?? pair
            }
        default:
            throw .unsupported(
                source: source, component: "post-processor", found: json.component,
                supported:
                    "none, BertProcessing, ByteLevel, RobertaProcessing, TemplateProcessing, Sequence of these"
            )
        }
    }

    /// A token that is written as its name and its id.
    private static func token(_ role: String, _ json: JSONValue, _ source: String) throws(TokenizerError)
        -> Int32
    {
        guard let id = json[role]?.array?.last?.id, id >= 0 else {
            throw .malformed(
                source: source, reason: "the \(json.component) post-processor lacks the id of \"\(role)\"")
        }
        return id
    }

    /// The template for a single text: special tokens around one sequence.
    private mutating func readTemplate(_ json: JSONValue, source: String) throws(TokenizerError) {
        var texts = 0
        for piece in json["single"]?.array ?? [] {
            if (piece["Sequence"] ?? .null) != .null {
                texts += 1
            } else if let name = piece["SpecialToken"]?["id"]?.string,
                let ids = json["special_tokens"]?[name]?["ids"]?.array
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
        pair = Self.pairTemplate(json)
    }

    /// The template for two texts; nil where there is none, or one that holds something else than each text once and special
    /// tokens.
    private static func pairTemplate(_ json: JSONValue) -> [PairPiece]? {
        var pieces: [PairPiece] = []
        for piece in json["pair"]?.array ?? [] {
            if let text = piece["Sequence"], text != .null, let type = text["type_id"]?.id {
                pieces.append(text["id"]?.string == "A" ? .first(type: type) : .second(type: type))
            } else if let name = piece["SpecialToken"]?["id"]?.string,
                let type = piece["SpecialToken"]?["type_id"]?.id,
                let ids = json["special_tokens"]?[name]?["ids"]?.array
            {
                for id in ids.map(\.id) {
                    guard let id, id >= 0 else { return nil }
                    pieces.append(.token(id, type: type))
                }
            } else {
                return nil
            }
        }
        let texts = pieces.count { if case .first = $0 { true } else { false } }
        let others = pieces.count { if case .second = $0 { true } else { false } }
        return texts == 1 && others == 1 ? pieces : nil
    }
}

import JSON

extension PreTokenizer {
    /// The steps of a section of `tokenizer.json`.
    ///
    /// - Returns: the steps; whether the model sees bytes, which a ByteLevel in the last place means; and notes for
    ///   the user.
    static func read(_ json: JSONValue, source: String) throws(TokenizerError) -> (
        PreTokenizer, seesBytes: Bool, notes: [String]
    ) {
        var (steps, notes) = ([Step](), [String]())
        let parts = flattened(json)
        for (index, part) in parts.enumerated() {
            steps += try read(part, isLast: index == parts.count - 1, &notes, source: source)
        }
        return (PreTokenizer(steps: steps), parts.last?["type"]?.string == "ByteLevel", notes)
    }

    private static func flattened(_ json: JSONValue) -> [JSONValue] {
        if json == .null { return [] }
        return json["type"]?.string == "Sequence"
            ? (json["pretokenizers"]?.array ?? []).flatMap(flattened) : [json]
    }

    private static func read(
        _ json: JSONValue, isLast: Bool, _ notes: inout [String], source: String
    ) throws(TokenizerError) -> [Step] {
        switch json["type"]?.string {
        case "ByteLevel": return byteLevel(json, isLast: isLast)
        case "Digits": return [.digits(individual: json["individual_digits"]?.bool ?? false)]
        case "Split": return [try split(json, &notes, source: source)]
        case "Punctuation": return [.punctuation(try behavior(json, source: source) ?? .isolated)]
        case "Metaspace": return [.metaspace(try Metaspace(json, source: source))]
        case "Whitespace": return [.wordsAndSymbols]
        case "WhitespaceSplit": return [.whiteSpaceRemoved]
        case "BertPreTokenizer": return [.bert]
        default:
            throw .unsupported(
                source: source, component: "pre-tokenizer", found: json.component,
                supported:
                    "BertPreTokenizer, ByteLevel, Digits, Metaspace, Punctuation, Split, Whitespace, "
                    + "WhitespaceSplit, Sequence of these")
        }
    }

    private static func byteLevel(_ json: JSONValue, isLast: Bool) -> [Step] {
        var steps: [Step] = []
        if json["add_prefix_space"]?.bool ?? true { steps.append(.spaceBefore) }
        if json["use_regex"]?.bool ?? true { steps.append(.pattern(.gpt2)) }
        return isLast ? steps : steps + [.byteCharacters]
    }

    private static func split(
        _ json: JSONValue, _ notes: inout [String], source: String
    ) throws(TokenizerError) -> Step {
        guard let behavior = try behavior(json, source: source) else {
            throw .malformed(source: source, reason: "a Split of the pre-tokenizer lacks its behavior")
        }
        let inverted = json["invert"]?.bool ?? false
        if let expression = json["pattern"]?["Regex"]?.string {
            if behavior == .isolated || behavior == .removed && inverted,
                let pattern = SplitPattern(expression: expression)
            {
                return .pattern(pattern)
            }
            notes.append(slowPatternNote(expression))
        }
        let pattern = try TextPattern(
            json["pattern"] ?? .null, component: "pre-tokenizer Split", source: source)
        return .split(pattern, behavior, inverted: inverted)
    }

    private static func behavior(_ json: JSONValue, source: String) throws(TokenizerError) -> SplitBehavior? {
        guard let name = json["behavior"]?.string else { return nil }
        guard let behavior = SplitBehavior(rawValue: name) else {
            throw .unsupported(
                source: source, component: "behavior of the pre-tokenizer", found: "\"\(name)\"",
                supported: "Contiguous, Isolated, MergedWithNext, MergedWithPrevious, Removed")
        }
        return behavior
    }

    /// What the user is told of an expression without a scanner.
    static func slowPatternNote(_ expression: String) -> String {
        "The tokenizer splits by an expression that has no scanner of its own; Foundation's regular expressions "
            + "run it, which is slower and follows a newer Unicode: \(expression)"
    }
}

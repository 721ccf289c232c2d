/// How text is split into the words that are merged on their own.
struct PreTokenizer: Sendable {
    /// One step; each takes the pieces that the step before it leaves.
    enum Step: Equatable {
        /// Numerals apart from the rest, each one or each run of them.
        case digits(individual: Bool)

        /// The matches of an expression.
        case pattern(SplitPattern)

        /// A space before a piece that does not begin with one.
        case spaceBefore
    }

    let steps: [Step]

    /// The steps that a GGUF file means by `tokenizer.ggml.pre`.
    static let named: [String: [Step]] = [
        "smollm": [.digits(individual: true), .pattern(.gpt2)],
        "gpt-2": [.pattern(.gpt2)],
        "gpt2": [.pattern(.gpt2)],
        "default": [.pattern(.gpt2)],
        "qwen2": [.pattern(.numerals(atMost: 1))],
        "llama-bpe": [.pattern(.numerals(atMost: 3))],
    ]

    init(steps: [Step]) { self.steps = steps }

    init(_ json: JSONValue, source: String) throws(TokenizerError) {
        let parts = json["type"].string == "Sequence" ? json["pretokenizers"].array ?? [] : [json]
        guard parts.last?["type"].string == "ByteLevel" else {
            throw Self.unsupported(json, source, "one that does not end with ByteLevel")
        }
        var steps: [Step] = []
        for part in parts.dropLast() {
            switch part["type"].string {
            case "Digits": steps.append(.digits(individual: part["individual_digits"].bool ?? false))
            case "Split": steps.append(try Self.split(part, source: source))
            default: throw Self.unsupported(part, source)
            }
        }
        if parts.last?["add_prefix_space"].bool ?? true { steps.append(.spaceBefore) }
        if parts.last?["use_regex"].bool ?? true { steps.append(.pattern(.gpt2)) }
        self.steps = steps
    }

    private static func split(_ json: JSONValue, source: String) throws(TokenizerError) -> Step {
        guard let expression = json["pattern"]["Regex"].string,
            let pattern = SplitPattern(expression: expression)
        else {
            let found = json["pattern"]["Regex"].string ?? json["pattern"]["String"].string ?? json.kind
            throw unsupported(json, source, "Split by \(found)")
        }
        let (behavior, inverted) = (json["behavior"].string ?? "", json["invert"].bool ?? false)
        guard behavior == "Isolated" || behavior == "Removed" && inverted else {
            throw unsupported(json, source, "Split with behavior \(behavior)")
        }
        return .pattern(pattern)
    }

    private static func unsupported(_ json: JSONValue, _ source: String, _ found: String? = nil)
        -> TokenizerError
    {
        .unsupported(
            source: source, component: "pre-tokenizer", found: found ?? json.kind,
            supported:
                "ByteLevel, alone or last in a Sequence after Digits or Split with GPT-2's, Qwen2's or "
                + "Llama 3's expression")
    }

    /// Calls `body` with each word of a part of a text, in order; the text may be a changed copy.
    func forEachWord(
        in text: Span<UInt8>, _ range: Range<Int>, _ body: (Span<UInt8>, Range<Int>) -> Void
    ) {
        let classes = ScalarClass.table
        apply(0, to: text, range, classes.span, body)
    }

    private func apply(
        _ step: Int, to text: Span<UInt8>, _ range: Range<Int>, _ classes: Span<UInt8>,
        _ body: (Span<UInt8>, Range<Int>) -> Void
    ) {
        if step == steps.count { return body(text, range) }
        var (start, limit) = (range.lowerBound, range.upperBound)
        switch steps[step] {
        case .digits(let individual):
            while start < limit {
                let end = digitsEnd(of: start, before: limit, in: text, individual: individual, classes)
                apply(step + 1, to: text, start..<end, classes, body)
                start = end
            }
        case .pattern(let pattern):
            while start < limit {
                let end = pattern.end(of: start, before: limit, in: text, classes)
                apply(step + 1, to: text, start..<end, classes, body)
                start = end
            }
        case .spaceBefore:
            if text[start] == UInt8(ascii: " ") { return apply(step + 1, to: text, range, classes, body) }
            var copy = [UInt8(ascii: " ")]
            for i in range { copy.append(text[i]) }
            apply(step + 1, to: copy.span, 0..<copy.count, classes, body)
        }
    }
}

/// Where the piece of numerals, or of anything else, that begins at `start` ends.
private func digitsEnd(
    of start: Int, before limit: Int, in text: Span<UInt8>, individual: Bool, _ classes: Span<UInt8>
) -> Int {
    let (first, next) = scalarClass(text, start, classes)
    let digit = first & ScalarClass.digit
    if individual, digit != 0 { return next }
    var end = next
    while end < limit {
        let (bits, next) = scalarClass(text, end, classes)
        if bits & ScalarClass.digit != digit { break }
        end = next
    }
    return end
}

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

    /// The words of a part of a text.
    ///
    /// - Returns: the text that the words are of, which has spaces added where a step wants them; where its first
    ///   word starts; and where each word ends and the next one starts.
    func words(of text: [UInt8], _ range: Range<Int>) -> (text: [UInt8], start: Int, ends: [Int]) {
        var (text, start, ends) = (text, range.lowerBound, [range.upperBound])
        for step in steps {
            if step == .spaceBefore {
                (text, ends) = Self.spaced(text.span, start, ends)
                start = 0
            } else {
                ends = Self.split(text.span, start, ends, by: step)
            }
        }
        return (text, start, ends)
    }

    private static func split(_ text: Span<UInt8>, _ start: Int, _ pieces: [Int], by step: Step) -> [Int] {
        let table = ScalarClass.table
        let classes = table.span
        var (start, ends) = (start, [Int]())
        ends.reserveCapacity(max(pieces.count, ((pieces.last ?? start) - start) / 4))
        for limit in pieces {
            while start < limit {
                start =
                    switch step {
                    case .pattern(.gpt2): gpt2End(of: start, before: limit, in: text, classes)
                    case .pattern(.numerals(let most)):
                        numeralsEnd(of: start, before: limit, in: text, atMost: most, classes)
                    case .digits(let individual):
                        digitsEnd(of: start, before: limit, in: text, individual: individual, classes)
                    case .spaceBefore: limit
                    }
                ends.append(start)
            }
        }
        return ends
    }

    /// The pieces, each after a space.
    private static func spaced(_ text: Span<UInt8>, _ start: Int, _ pieces: [Int]) -> (
        text: [UInt8], ends: [Int]
    ) {
        var (start, copy, ends) = (start, [UInt8](), [Int]())
        for end in pieces {
            if text[start] != UInt8(ascii: " ") { copy.append(UInt8(ascii: " ")) }
            for i in start..<end { copy.append(text[i]) }
            ends.append(copy.count)
            start = end
        }
        return (copy, ends)
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

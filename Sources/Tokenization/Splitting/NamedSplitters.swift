/// What a GGUF file means by `tokenizer.ggml.pre`.
enum NamedSplitter {
    private static let gpt2: [PreTokenizer.Step] = [.pattern(.gpt2)]
    private static let qwen2: [PreTokenizer.Step] = [.pattern(.numerals(atMost: 1))]
    private static let llama3: [PreTokenizer.Step] = [.pattern(.numerals(atMost: 3))]

    static let steps: [String: [PreTokenizer.Step]] = [
        "smollm": [.digits(individual: true), .pattern(.gpt2)],
        "gpt-2": gpt2, "gpt2": gpt2, "default": gpt2, "phi-2": gpt2, "mpt": gpt2, "olmo": gpt2,
        "qwen2": qwen2, "deepseek-r1-qwen": qwen2, "stablelm2": qwen2,
        "llama-bpe": llama3, "llama3": llama3, "llama-v3": llama3, "dbrx": llama3, "smaug-bpe": llama3,
        "falcon3": llama3,
    ]

    /// Expressions that have no scanner.
    static let expressions: [String: String] = [
        "tekken": capitals(contractions: "", numerals: #"\p{N}"#),
        "gpt-4o": capitals(contractions: "(?i:'s|'t|'re|'ve|'m|'ll|'d)?", numerals: #"\p{N}{1,3}"#),
    ]

    static var names: [String] { (Array(steps.keys) + expressions.keys).sorted() }

    /// The expressions that part a word before its capital.
    private static func capitals(contractions: String, numerals: String) -> String {
        let (before, upper, lower) = (
            #"[^\r\n\p{L}\p{N}]?"#, #"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#, #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#
        )
        return
            "\(before)\(upper)*\(lower)+\(contractions)|\(before)\(upper)+\(lower)*\(contractions)|\(numerals)"
            + #"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    }
}

import JSON

extension TokenizerConfig {
    /// The classes of transformers 5 that make the pre-tokenizer anew, with the configuration's `add_prefix_space`.
    private static let byteLevelClasses: Set<String> = [
        "GPT2Tokenizer", "Qwen2Tokenizer", "GPTNeoXTokenizer", "CodeGenTokenizer", "CohereTokenizer",
        "RobertaTokenizer",
    ]
    /// Those that make the normalizer anew, with the configuration's cleaning.
    private static let bertClasses: Set<String> = ["BertTokenizer", "DistilBertTokenizer", "MPNetTokenizer"]

    /// Refuses a configuration that would have transformers give other ids than `tokenizer.json` says.
    ///
    /// Only what is written there counts: where a key is missing `tokenizer.json` is followed.
    func requireAgreement(with file: TokenizerFile) throws(TokenizerError) {
        if flags["split_special_tokens"] == true {
            throw .unsupported(
                source: file.path, component: "split_special_tokens of tokenizer_config.json", found: "true",
                supported: "false, so that special tokens in a text are one token each")
        }
        guard let tokenizerClass else { return }
        if Self.byteLevelClasses.contains(tokenizerClass) {
            for step in file["pre_tokenizer"].components where step["type"]?.string == "ByteLevel" {
                try require("add_prefix_space", step["add_prefix_space"]?.bool ?? true, file)
            }
        }
        if Self.bertClasses.contains(tokenizerClass) {
            for step in file["normalizer"].components where step["type"]?.string == "BertNormalizer" {
                let cleaning = BertNormalizer(step)
                try require("do_lower_case", cleaning.lowercases, file)
                try require("strip_accents", cleaning.stripsAccents, file)
                try require("tokenize_chinese_chars", cleaning.spacesIdeographs, file)
            }
        }
    }

    private func require(_ key: String, _ value: Bool, _ file: TokenizerFile) throws(TokenizerError) {
        guard let flag = flags[key], flag != value else { return }
        throw .unsupported(
            source: file.path, component: "\(key) of tokenizer_config.json",
            found: "\(flag), and here it is \(value)",
            supported: "the same in both, as where transformers saves the tokenizer once more")
    }
}

extension JSONValue {
    /// The steps of a normalizer or pre-tokenizer, one or a sequence of them.
    fileprivate var components: [JSONValue] {
        guard let parts = self["normalizers"]?.array ?? self["pretokenizers"]?.array else { return [self] }
        return parts.flatMap(\.components)
    }
}

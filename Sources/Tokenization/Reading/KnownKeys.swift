import JSON

extension TokenizerFile {
    /// Refuses keys that are not known, for they might change ids.
    func requireKnownKeys() throws(TokenizerError) {
        try require(
            Set(sections.keys), of: "the file",
            known: [
                "version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer",
                "post_processor", "decoder",
            ])
        try require(
            Set(model.keys), of: "its model",
            known: [
                "type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk",
                "byte_fallback", "ignore_merges", "unk_id", "max_input_chars_per_word",
            ])
        for token in self["added_tokens"].array ?? [] {
            try require(
                token.keys, of: "an added token",
                known: ["id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"])
        }
        for section in ["normalizer", "pre_tokenizer", "post_processor"] {
            try requireKnownKeys(in: self[section], section)
        }
    }

    /// The keys of each component beside `type`.
    private static let componentKeys: [String: Set<String>] = [
        "BertNormalizer": ["clean_text", "handle_chinese_chars", "strip_accents", "lowercase"],
        "Strip": ["strip_left", "strip_right"],
        "Prepend": ["prepend"],
        "Replace": ["pattern", "content"],
        "Precompiled": ["precompiled_charsmap"],
        "ByteLevel": ["add_prefix_space", "trim_offsets", "use_regex"],
        "Digits": ["individual_digits"],
        "Split": ["pattern", "behavior", "invert"],
        "Punctuation": ["behavior"],
        "Metaspace": ["replacement", "prepend_scheme", "split", "add_prefix_space", "str_rep"],
        "TemplateProcessing": ["single", "pair", "special_tokens"],
        "BertProcessing": ["sep", "cls"],
        "RobertaProcessing": ["sep", "cls", "trim_offsets", "add_prefix_space"],
        "Sequence": ["normalizers", "pretokenizers", "processors"],
    ]

    private func requireKnownKeys(in json: JSONValue, _ section: String) throws(TokenizerError) {
        guard let type = json["type"]?.string else { return }
        try require(
            json.keys, of: "the \(section) \(type)",
            known: Self.componentKeys[type, default: []].union(["type"]))
        for key in ["normalizers", "pretokenizers", "processors"] {
            for part in json[key]?.array ?? [] { try requireKnownKeys(in: part, section) }
        }
    }

    private func require(
        _ keys: Set<String>, of owner: String, known: Set<String>
    ) throws(TokenizerError) {
        let unknown = keys.subtracting(known).sorted()
        if unknown.isEmpty { return }
        throw .unsupported(
            source: path, component: "key \"\(unknown[0])\" of \(owner)",
            found: "not known and might change ids",
            supported: known.sorted().joined(separator: ", "))
    }
}

extension JSONValue {
    /// The keys of an object.
    fileprivate var keys: Set<String> { Set((members ?? []).map(\.key)) }
}

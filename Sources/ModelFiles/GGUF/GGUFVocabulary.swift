import Kernels

extension GGUF {
    /// The vocabulary: its arrays have one entry for each token, and special ids are tokens.
    func vocabulary() throws(ModelFileError) -> GGUFVocabulary {
        let tokensKey = "tokenizer.ggml.tokens"
        let tokens = try required(tokensKey, texts(tokensKey))
        let modelKey = "tokenizer.ggml.model"
        var kinds = try integers("tokenizer.ggml.token_type")
        try checkCount(kinds?.count, against: tokens.count, "tokenizer.ggml.token_type")
        let scores = try reals("tokenizer.ggml.scores")
        try checkCount(scores?.count, against: tokens.count, "tokenizer.ggml.scores")
        func id(_ name: String) throws(ModelFileError) -> Int? {
            try tokenID("tokenizer.ggml.\(name)_token_id", of: tokens.count)
        }
        let (bos, eos, unknown, padding) = (
            try id("bos"), try id("eos"), try id("unknown"), try id("padding")
        )
        let ends = Set([eos, try id("eot"), try id("eom")].compactMap(\.self)).sorted()
        // Some writers leave the kinds out: all tokens are plain, but for those that the file names itself.
        if kinds == nil {
            var plain = [Int](repeating: 1, count: tokens.count)
            for named in ends + [bos, unknown, padding].compactMap(\.self) { plain[named] = 3 }
            kinds = plain
        }
        return GGUFVocabulary(
            model: try required(modelKey, text(modelKey)),
            pre: try text("tokenizer.ggml.pre"),
            tokens: tokens,
            kinds: kinds ?? [],
            merges: try texts("tokenizer.ggml.merges") ?? [],
            scores: scores,
            bos: bos, eos: eos, unknown: unknown, padding: padding,
            ends: ends,
            addsBOS: try boolean("tokenizer.ggml.add_bos_token"),
            addsEOS: try boolean("tokenizer.ggml.add_eos_token"),
            addsSpacePrefix: try boolean("tokenizer.ggml.add_space_prefix"),
            chatTemplate: try text("tokenizer.chat_template"))
    }

    private func checkCount(_ count: Int?, against tokens: Int, _ key: String) throws(ModelFileError) {
        guard let count, count != tokens else { return }
        throw .malformed(
            path: file.path, place: "metadata value \(key)",
            expected: "\(tokens) entries, one for each token",
            found: "\(count)")
    }

    /// The id under a key; some files write -1 or the largest number where there is none.
    private func tokenID(_ key: String, of tokens: Int) throws(ModelFileError) -> Int? {
        switch metadata[key] {
        case .signed(-1), .unsigned(UInt64(UInt32.max)): return nil
        default: break
        }
        guard let id = try integer(key) else { return nil }
        guard id < tokens else {
            throw .malformed(
                path: file.path, place: "metadata value \(key)", expected: "an id below \(tokens)",
                found: "\(id)")
        }
        return id
    }
}

import Foundation

/// The files of a folder that belong to a model's tokenizer, as far as they are there.
public func tokenizerFiles(in folder: String) -> [String] {
    existing(
        [
            "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
            "chat_template.jinja", "chat_template.json", "tokenizer.model", "spiece.model", "vocab.json",
            "merges.txt", "vocab.txt",
        ], in: folder)
}

/// How a model's makers would have it generate, as far as they say.
public func generationFiles(in folder: String) -> [String] {
    existing(["generation_config.json"], in: folder)
}

private func existing(_ names: [String], in folder: String) -> [String] {
    names.map { "\(folder)/\($0)" }.filter { FileManager.default.fileExists(atPath: $0) }
}

import Foundation
import Kernels

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

/// Lays copies of files into a folder.
///
/// - Parameters:
///   - files: paths; each keeps its name.
///   - changed: by name, files whose contents are to be others.
///   - folder: where the copies go; it is there already.
public func copyFiles(
    _ files: [String], changed: [String: [UInt8]] = [:], to folder: String
) throws(ModelFileError) {
    for file in files {
        let name = URL(filePath: file).lastPathComponent
        let bytes = try map(file)
        try writeAtomically(changed[name] ?? bytes.bytes(in: 0..<bytes.count), to: "\(folder)/\(name)")
    }
}

private func existing(_ names: [String], in folder: String) -> [String] {
    names.map { "\(folder)/\($0)" }.filter { FileManager.default.fileExists(atPath: $0) }
}

import Foundation
import ModelFiles
import Tokenization
import Transformers

/// Tokens that a run adds to its model before the first step.
public struct NewTokensPlan: Codable, Sendable, Equatable {
    /// Their texts.
    public var contents: [String]
    /// Whether they are markers, which are left out where text is shown without special tokens.
    public var areSpecial: Bool

    enum CodingKeys: String, CodingKey {
        case contents = "new_tokens"
        case areSpecial = "new_tokens_special"
    }

    /// New tokens.
    public init(_ contents: [String], areSpecial: Bool = false) {
        (self.contents, self.areSpecial) = (contents, areSpecial)
    }
}

extension OpenModel {
    /// Gives the model and its tokenizer new tokens: ids after the last one, with rows that are the mean of those there
    /// were.
    ///
    /// - Throws: where a token is there already, or the model has no `tokenizer.json` that could be written.
    mutating func add(_ wanted: NewTokensPlan) throws {
        guard case .tokenizerJSON(let path) = source.vocabulary else {
            throw UnusableData(
                description:
                    "\(name) is a GGUF file: new tokens need a tokenizer.json to be written into; give the model as a folder."
            )
        }
        newTokens = try tokenizer.newTokens(wanted.contents, areSpecial: wanted.areSpecial)
        tokenizer = try Tokenizer(tokenizerJSON: path, adding: newTokens)
        decoder.addTokens(newTokens.map(\.id))
    }

    /// The files of the model's tokenizer, and by name the contents of those that new tokens change.
    func tokenizerFilesWithNewTokens() throws(TokenizerError) -> (paths: [String], changed: [String: [UInt8]])
    {
        let paths = tokenizerFiles(in: source.path)
        var changed: [String: [UInt8]] = [:]
        if !newTokens.isEmpty {
            for path in paths {
                changed[URL(filePath: path).lastPathComponent] = try tokenizerFile(
                    at: path, adding: newTokens)
            }
        }
        return (paths, changed)
    }
}

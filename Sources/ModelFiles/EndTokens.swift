import Foundation
import Kernels

extension ModelSource {
    /// The ids of the tokens that end a text or a turn, as the model's files name them: `eos_token_id`, a number or a list,
    /// of `generation_config.json` and of `config.json`; of a GGUF file the ends of a text, of a turn and of a message.
    public func endTokens() throws(ModelFileError) -> [Int] {
        switch vocabulary {
        case .gguf(let vocabulary):
            return vocabulary.ends
        case .tokenizerJSON:
            var ends = try namedEnds(in: configuration, of: "\(path)/config.json")
            let generation = "\(path)/generation_config.json"
            if FileManager.default.fileExists(atPath: generation) {
                let file = try map(generation)
                ends += try namedEnds(in: file.bytes(in: 0..<file.count), of: generation)
            }
            return Set(ends).sorted()
        }
    }
}

/// `eos_token_id` of a configuration; none where it is missing or null.
private func namedEnds(in json: [UInt8], of path: String) throws(ModelFileError) -> [Int] {
    guard let values = try? JSONDecoder().decode(Configuration.self, from: Data(json)) else {
        throw .malformed(
            path: path, place: "the whole file", expected: "a JSON object", found: "something else")
    }
    let named: [ConfigurationValue] =
        switch values["eos_token_id"] {
        case nil, .null?: []
        case .list(let list)?: list
        case let single?: [single]
        }
    return try named.map { (value) throws(ModelFileError) in
        guard case .integer(let id) = value, id >= 0 else {
            throw .malformed(
                path: path, place: "field eos_token_id", expected: "an id, or a list of ids",
                found: value.json)
        }
        return id
    }
}

import Files
import Foundation
import JSON

/// `tokenizer.json` as it stands on disk: its vocabulary as tables, the rest as small trees.
struct TokenizerFile {
    let path: String
    private(set) var tokens = ByteStrings()
    private(set) var ids: [Int32] = []
    private(set) var merges = ByteStrings()  // left, right, left, right, …
    private(set) var scores: [Double] = []  // of a Unigram model, by id
    private(set) var model: [String: JSONValue] = [:]
    private(set) var sections: [String: JSONValue] = [:]

    /// Reads the file, as it would be with new tokens in it.
    init(path: String, adding tokens: [NewToken] = []) throws(TokenizerError) {
        self.path = path
        var reader = JSONReader(
            tokens.isEmpty ? try readBytes(path) : try tokenizerFile(at: path, adding: tokens))
        do throws(JSONError) {
            try reader.object { (reader, key) throws(JSONError) in
                if key == "model" {
                    try readModel(&reader)
                } else {
                    sections[key] = try reader.value()
                }
            }
            try reader.end()
        } catch { throw .malformed(error, in: path) }
    }

    /// A member of the file other than its model.
    subscript(section: String) -> JSONValue { sections[section] ?? .null }

    private mutating func readModel(_ reader: inout JSONReader) throws(JSONError) {
        try reader.object { (reader, key) throws(JSONError) in
            switch key {
            case "vocab" where try reader.peek() == UInt8(ascii: "{"): try readVocabulary(&reader)
            case "merges": try readMerges(&reader)
            case "vocab": try readScoredVocabulary(&reader)
            default: model[key] = try reader.value()
            }
        }
    }

    private mutating func readVocabulary(_ reader: inout JSONReader) throws(JSONError) {
        try reader.members { (reader) throws(JSONError) in
            try tokens.append { (bytes) throws(JSONError) in try reader.appendString(to: &bytes) }
            try reader.expect(UInt8(ascii: ":"))
            let id = try reader.wholeNumber("a token id")
            guard let id = Int32(exactly: id) else { throw reader.failure("a token id is too large") }
            ids.append(id)
        }
    }

    /// A Unigram model's tokens are written as ["token", score], by id.
    private mutating func readScoredVocabulary(_ reader: inout JSONReader) throws(JSONError) {
        try reader.array { (reader) throws(JSONError) in
            var members = 0
            try reader.array { (reader) throws(JSONError) in
                members += 1
                switch members {
                case 1:
                    try tokens.append { (bytes) throws(JSONError) in
                        try reader.appendString(to: &bytes)
                    }
                case 2: scores.append(try reader.finiteNumber())
                default: throw reader.failure("a token has more than a score")
                }
            }
            if members != 2 { throw reader.failure("a token is not a string and a score") }
            ids.append(Int32(ids.count))
        }
    }

    /// Merges are written as "left right" or as ["left", "right"].
    private mutating func readMerges(_ reader: inout JSONReader) throws(JSONError) {
        try reader.array { (reader) throws(JSONError) in
            if try reader.peek() == UInt8(ascii: "[") {
                let before = merges.count
                try reader.array { (reader) throws(JSONError) in
                    try merges.append { (bytes) throws(JSONError) in
                        try reader.appendString(to: &bytes)
                    }
                }
                if merges.count != before + 2 { throw reader.failure("a merge is not of two tokens") }
                return
            }
            var line: [UInt8] = []
            try reader.appendString(to: &line)
            if line.starts(with: "#version".utf8) { return }
            let sides = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            if sides.count != 2 { throw reader.failure("a merge is not of two tokens") }
            merges.append(sides[0])
            merges.append(sides[1])
        }
    }
}

/// A whole file that is known to be UTF-8.
func readBytes(_ path: String, atMost bound: Int = 256 << 20) throws(TokenizerError) -> [UInt8] {
    let bytes: [UInt8]
    do {
        bytes = [UInt8](try readWholeFile(path, atMost: bound))
    } catch let error as TooManyBytes {
        throw .malformed(source: path, reason: "\(error)")
    } catch {
        throw .unreadable(path: path, reason: "\(error.localizedDescription)")
    }
    guard String(validating: bytes, as: UTF8.self) != nil else {
        throw .malformed(source: path, reason: "it is not UTF-8")
    }
    return bytes
}

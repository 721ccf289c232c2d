import Foundation
import JSON

/// A token that is added to a vocabulary: it is found in the text itself, before anything is split or merged.
public struct NewToken: Sendable, Equatable, Codable {
    /// Its id.
    public let id: Int32
    /// Its text.
    public let content: String
    /// A marker, which is left out where text is shown without special tokens.
    public let isSpecial: Bool

    private enum CodingKeys: String, CodingKey {
        case id, content
        case isSpecial = "special"
    }
}

/// Why tokens cannot be added.
public enum NewTokensError: Error, Equatable, CustomStringConvertible {
    /// There are none, or one is empty.
    case empty
    /// A token is there already, or twice among the new ones.
    case known(token: String, id: Int32?)

    /// One sentence: what is wrong, and what to do.
    public var description: String {
        switch self {
        case .empty: "The new tokens must be one or more texts, none of them empty."
        case .known(let token, let id?):
            "\"\(token)\" is a token of this vocabulary already (id \(id)): leave it out, or choose another text."
        case .known(let token, nil): "\"\(token)\" is given twice; name each new token once."
        }
    }
}

extension Tokenizer {
    /// New tokens with the ids that follow the last one, as `add_tokens` of tokenizers gives them.
    public func newTokens(_ contents: [String], areSpecial: Bool) throws(NewTokensError) -> [NewToken] {
        guard !contents.isEmpty, !contents.contains("") else { throw .empty }
        var seen: Set<String> = []
        for content in contents {
            if let id = id(of: content) { throw .known(token: content, id: id) }
            guard seen.insert(content).inserted else { throw .known(token: content, id: nil) }
        }
        return contents.enumerated().map { place, content in
            NewToken(id: Int32(count + place), content: content, isSpecial: areSpecial)
        }
    }
}

/// A file of a tokenizer with new tokens in it, every other letter as it was: `tokenizer.json`, and
/// `tokenizer_config.json` where it lists added tokens. Other files stay as they are.
///
/// - Parameters:
///   - path: The file; its name says what it is.
///   - tokens: The tokens to add, with their ids.
public func tokenizerFile(at path: String, adding tokens: [NewToken]) throws(TokenizerError) -> [UInt8] {
    let bytes = try readBytes(path)
    do throws(JSONError) {
        switch URL(filePath: path).lastPathComponent {
        case "tokenizer.json":
            let list = tokens.map { "{\"id\": \($0.id), \($0.members)}" }
            if let grown = try inserting(list, at: "added_tokens", in: bytes) { return grown }
        case "tokenizer_config.json":
            let members = tokens.map { "\"\($0.id)\": {\($0.members)}" }
            return try inserting(members, at: "added_tokens_decoder", in: bytes) ?? bytes
        default: return bytes
        }
    } catch { throw .malformed(error, in: path) }
    throw .malformed(source: path, reason: "it has no list \"added_tokens\"")
}

extension NewToken {
    /// The members of its object in both files.
    fileprivate var members: String {
        "\"content\": \(quoted(content)), \"single_word\": false, \"lstrip\": false, \"rstrip\": false, "
            + "\"normalized\": false, \"special\": \(isSpecial)"
    }
}

/// Puts entries at the end of a list or object inside a JSON object; nil where it is not there.
private func inserting(
    _ entries: [String], at key: String, in bytes: [UInt8]
) throws(JSONError) -> [UInt8]? {
    var reader = JSONReader(bytes)
    var place: (end: Int, isEmpty: Bool)?
    try reader.object { (reader, name) throws(JSONError) in
        let value = try reader.value()
        guard name == key else { return }
        switch value {
        case .array(let list): place = (reader.position - 1, list.isEmpty)
        case .object(let members): place = (reader.position - 1, members.isEmpty)
        default: break
        }
    }
    guard let place else { return nil }
    let text = (place.isEmpty ? "" : ", ") + entries.joined(separator: ", ")
    return bytes[..<place.end] + Array(text.utf8) + bytes[place.end...]
}

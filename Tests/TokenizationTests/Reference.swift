import Foundation
import TestSupport
import Testing
import Tokenization

/// What `notebooks-data/reference/make_tokenizers.py` stored.
enum Reference {
    private static let read = Result { try load("strings.json") as [String] }
    static var strings: [String] { get throws { try read.get() } }
    static let base = fixture("tokenizer.json", of: "TokenizationTests")

    /// Sections of tokenizer.json that differ from the base file's, and what the reference then answers.
    struct Variant {
        let name: String
        let ids: [[Int32]]
        let decoded: [String: String]
        let tokenizer: Tokenizer

        init(_ name: String) throws {
            self.name = name
            let stored = try object(at: fixture("variant-\(name).json", of: "TokenizationTests"))
            ids = try #require(stored["ids"] as? [[Int]]).map { $0.map(Int32.init) }
            decoded = try #require(stored["decoded"] as? [String: String])
            let sections = try #require(stored["sections"] as? [String: Any])
            let model = try #require(stored["model"] as? [String: Any])
            tokenizer = try patched { file in
                file.merge(sections) { $1 }
                file["model"] = (file["model"] as? [String: Any])?.merging(model) { $1 }
            }
        }
    }

    /// A tokenizer from a changed copy of the base file.
    static func patched(_ change: (inout [String: Any]) -> Void) throws -> Tokenizer {
        var file = try object(at: base)
        change(&file)
        return try withFile(JSONSerialization.data(withJSONObject: file)) { path in
            try Tokenizer(tokenizerJSON: path)
        }
    }

    static func load<Value: Decodable>(_ name: String) throws -> Value {
        let data = try Data(contentsOf: URL(filePath: fixture(name, of: "TokenizationTests")))
        return try JSONDecoder().decode(Value.self, from: data)
    }

    static func object(at path: String) throws -> [String: Any] {
        let data = try Data(contentsOf: URL(filePath: path))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
}

/// Gives `body` a tokenizer.json with this content, alone in a folder that is gone afterwards.
func withFile<Result>(_ content: Data, _ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "tokenizer.json")
    try #require(FileManager.default.createFile(atPath: file.path, contents: content))
    return try body(file.path)
}

/// The first text whose ids differ from the reference's; nil if none does.
func firstDifference(_ tokenizer: Tokenizer, _ expected: [[Int32]]) throws -> String? {
    for (text, ids) in zip(try Reference.strings, expected) {
        let found = tokenizer.encode(text)
        if found != ids { return "\(text.debugDescription): expected \(ids), found \(found)" }
    }
    return nil
}

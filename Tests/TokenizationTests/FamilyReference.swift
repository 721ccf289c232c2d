import Foundation
import TestSupport
import Testing
import Tokenization

/// What `notebooks-data/reference/make_tokenizer_families.py` stored.
enum FamilyReference {
    private static let read = Result { try Reference.load("family-strings.json") as [String] }
    static var strings: [String] { get throws { try read.get() } }

    /// A file with tokenizers that share a vocabulary.
    ///
    /// The vocabulary and the merges are the text that stands in a tokenizer.json: a dictionary with `String` keys
    /// would take two tokens of one character, composed and decomposed, for one.
    struct Family: Decodable {
        struct Variant: Decodable {
            let file: String
            let ids: [[Int32]]
            let decoded: [String: String]
        }

        let vocab: String
        let merges: String
        let variants: [String: Variant]

        init(_ name: String) throws { self = try Reference.load("\(name).json") }

        /// A variant, after a change to what is neither its vocabulary nor its merges.
        func tokenizer(_ name: String, _ change: (inout [String: Any]) -> Void = { _ in }) throws -> Tokenizer
        {
            let text = try #require(variants[name]).file
            var file = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            change(&file)
            let changed = String(decoding: try JSONSerialization.data(withJSONObject: file), as: UTF8.self)
            let whole = changed.replacing("\"@vocab\"", with: vocab).replacing("\"@merges\"", with: merges)
            return try withFile(Data(whole.utf8)) { try Tokenizer(tokenizerJSON: $0) }
        }
    }

    static func integers(_ json: Any?) throws -> [[Int32]] {
        try #require(json as? [[Int]]).map { $0.map(Int32.init) }
    }

    /// The first text whose ids differ from the reference's; nil if none does.
    static func firstDifference(_ tokenizer: Tokenizer, _ expected: [[Int32]]) throws -> String? {
        let strings = try strings
        if expected.count != strings.count { return "\(expected.count) answers for \(strings.count) texts" }
        for (text, ids) in zip(strings, expected) {
            let found = tokenizer.encode(text)
            if found != ids { return "\(text.debugDescription): expected \(ids), found \(found)" }
        }
        return nil
    }

    /// The first text that decodes to something else than the reference's; nil if none does.
    ///
    /// - Parameter decoded: what the reference makes of ids, by index, where it is not the text itself.
    static func firstWrongText(_ tokenizer: Tokenizer, _ ids: [[Int32]], _ decoded: [String: String])
        throws -> String?
    {
        for (index, (text, ids)) in zip(try strings, ids).enumerated() {
            let (found, expected) = (
                tokenizer.decode(ids, skipSpecialTokens: true), decoded["\(index)"] ?? text
            )
            if !found.utf8.elementsEqual(expected.utf8) {
                return
                    "\(text.debugDescription): expected \(expected.debugDescription), found \(found.debugDescription)"
            }
        }
        return nil
    }
}

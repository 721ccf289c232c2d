import ChatTemplates
import JSON
import Foundation
import Records
import TestSupport
import Testing
import Tokenization

@testable import Examples

/// The chat templates that TRL ships, read from where it is installed, against what transformers makes of them.
@Suite struct ChatMaskTests {
    struct Fixture: Decodable {
        let trl: String
        let special: [String]
        let conversations: [Conversation]
        let templates: [Template]
    }

    struct Conversation: Decodable { let name, line: String }

    struct Template: Decodable {
        let name, hash: String
        let marked: Bool
        let results: [Result?]
    }

    struct Result: Decodable {
        let text: String
        let spans: [[Int]]?
    }

    /// Where the installed TRL keeps its templates; nil where there is none.
    static let folder: String? = {
        let program =
            "import importlib.util as u; s = u.find_spec('trl'); print(s.submodule_search_locations[0] if s else '')"
        let (succeeded, output) = runPython(["-c", program])
        let path = output.trimmingCharacters(in: .whitespacesAndNewlines) + "/chat_templates"
        return succeeded && FileManager.default.fileExists(atPath: path) ? path : nil
    }()

    static func reference() throws -> Fixture {
        let data = try Data(contentsOf: URL(filePath: fixture("chat-masks.json", of: "ExamplesTests")))
        return try JSONDecoder().decode(Fixture.self, from: data)
    }

    /// The source of a template, if it is the one that the reference was made of.
    static func source(of template: Template) -> String? {
        guard let folder,
            let source = try? String(contentsOfFile: "\(folder)/\(template.name)", encoding: .utf8),
            fnv1a(source) == template.hash
        else { return nil }
        return source
    }

    /// Whether there is a template to compare.
    static func hasTemplates() throws -> Bool {
        try reference().templates.contains { source(of: $0) != nil }
    }

    @Test(
        .enabled("no TRL is installed whose templates are those of the reference") {
            try ChatMaskTests.hasTemplates()
        })
    func masksAreThoseOfTransformers() throws {
        let reference = try Self.reference()
        let folder = try TemporaryFolder()
        let lines = reference.conversations.map(\.line).joined(separator: "\n")
        try lines.write(toFile: folder.file("data.jsonl"), atomically: true, encoding: .utf8)
        let records = try readExamples(at: folder.file("data.jsonl"), RecordReading()).records
        let now = try #require(Moment(day: "2026-11-30"))
        var (compared, rejected) = (0, [String]())
        for template in reference.templates {
            guard let source = Self.source(of: template) else {
                print("\(template.name) is not that of TRL \(reference.trl), and not compared")
                continue
            }
            let special = reference.special
            let tokenizer = try ByteTokenizer.make(
                special: special, beginning: special.firstIndex(of: "<s>").map { Int32(256 + $0) },
                end: Int32(256 + (special.firstIndex(of: "<|endoftext|>") ?? 0)), source)
            for ((record, expected), conversation) in zip(
                zip(records, template.results), reference.conversations)
            {
                guard case .conversation(let messages, _) = record.content else { continue }
                let place: Comment = "\(template.name), \(conversation.name)"
                compared += 1
                let tokens: ConversationTokens
                do throws(ConversationError) {
                    let renderer = try ConversationRenderer(tokenizer, now: now)
                    tokens = try renderer.tokens(
                        of: messages, variables: record.variables, supervisedFrom: 0, tokenizer)
                } catch {
                    if expected != nil { rejected.append("\(place)") }
                    #expect(expected == nil || !template.marked, place)
                    continue
                }
                let (text, spans) = spoken(tokens, tokenizer)
                guard let expected else {
                    Issue.record("transformers refuses \(place)")
                    continue
                }
                #expect(Self.fnv1a(text) == expected.text, place)
                if let wanted = expected.spans {
                    #expect(spans == wanted, place)
                } else {
                    let said = spans.map { String(decoding: Array(text.utf8)[$0[0]..<$0[1]], as: UTF8.self) }
                    #expect(said.count == messages.count { $0.role == "assistant" }, place)
                    #expect(said.allSatisfy { !$0.contains("user") && !$0.contains("noon\n") }, place)
                }
            }
        }
        #expect(compared > 0)
        // Calls of tools that these templates do not show, or show in another way once something follows.
        #expect(rejected.count <= 3, "\(rejected)")
    }

    /// The text of tokens, and the parts that are supervised, in bytes.
    private func spoken(_ tokens: ConversationTokens, _ tokenizer: Tokenizer) -> (String, [[Int]]) {
        var (bytes, spans) = ([UInt8](), [[Int]]())
        for (id, mark) in zip(tokens.ids, tokens.supervised) {
            let start = bytes.count
            bytes += tokenizer.bytes(of: id)
            guard mark else { continue }
            if let last = spans.indices.last, spans[last][1] == start {
                spans[last][1] = bytes.count
            } else {
                spans.append([start, bytes.count])
            }
        }
        return (String(decoding: bytes, as: UTF8.self), spans)
    }

    private static func fnv1a(_ text: String) -> String {
        let value = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

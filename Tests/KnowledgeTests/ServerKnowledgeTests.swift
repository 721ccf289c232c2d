import Foundation
import Kernels
import Knowledge
import PostgreSQL
import Records
import TestSupport
import Testing

/// Facts on a PostgreSQL server that the tests start.
@Suite(
    .enabled(
        if: PostgreSQLInstallation.any != nil, Comment(rawValue: PostgreSQLInstallation.whySkipped)))
struct ServerKnowledgeTests {
    private let server: PostgreSQLServer
    private let connection: Connection

    init() throws {
        server = try PostgreSQLServer(try #require(PostgreSQLInstallation.any))
        connection = try Connection(try ServerAddress(server.address()))
    }

    @discardableResult
    private func build(
        _ texts: [String], at path: String, replacing: Bool = false,
        remark: @escaping (String) -> Void = { _ in }
    ) throws -> BuiltKnowledge {
        let builder = try KnowledgeBuilder(
            path: path, inputs: "test", minimumConfidence: nil, replacing: replacing, remark: remark
        ) { () in texts.map { StatedFact(text: $0, confidence: nil) } }
        let built = builder.built
        try builder.finish()
        return built
    }

    private func tables(_ schema: String = "sft_probe") throws -> [String] {
        let rows = try connection.run(
            "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = $1 ORDER BY 1",
            [schema])
        return (0..<rows.count).compactMap { rows.text($0) }
    }

    private static let whole = [
        "knowledge_about", "knowledge_about_pkey", "knowledge_fact", "knowledge_fact_pkey",
        "knowledge_fact_words_idx", "knowledge_word", "knowledge_word_pkey",
    ]

    /// As the file's does, with queries that mean something to PostgreSQL.
    @Test func findsByWords() throws {
        let facts = [
            "Salt lowers the freezing point of water.", "Dogs are loyal animals.", "A dog is a loyal animal!",
            "Loyal dogs are animals.", "the Dogs are loyal animals", "Salt is mined in many countries.",
            "Water freezes at zero degrees.", "Birds \"sing\" OR fly NEAR*(trees).",
        ]
        let built = try build(facts, at: server.address())
        #expect(built.facts == 6 && built.duplicates == 2)
        #expect(try tables() == Self.whole)
        let index = try KnowledgeIndex(path: server.address())
        #expect(index.count == 6 && index.encoder == nil)
        let found = try index.search("Why does salted water not freeze?", vector: nil, count: 3)
        #expect(found.first?.text == facts[0] && found.allSatisfy { $0.similarity == nil })
        #expect(try index.search("sing:* | !(trees", vector: nil, count: 1).map(\.text) == [facts[7]])
        for nothing in ["", "???", "xylophone", "the of and", "' & \\ \0 \"", "$1"] {
            #expect(try index.search(nothing, vector: nil, count: 3) == [], "\(nothing)")
        }
        #expect(Set(try index.randomFacts(100, seed: 1)).count == 6)
    }

    /// The same ranking as in a file: BM25 over 600 facts of made-up words, some frequent, some twice in a fact.
    @Test func ranksAsAFileDoes() throws {
        var generator = SeededGenerator(seed: 7)
        let words = (0..<120).map {
            "b\(["a", "o", "u"][$0 % 3])\(["k", "t", "p", "g"][$0 / 3 % 4])\("lmnr".map { $0 }[$0 / 12 % 4])\(["ok", "ap", "ut"][$0 / 48])"
        }
        let facts = (0..<600).map { _ in
            (0..<Int.random(in: 3...12, using: &generator)).map { _ in
                words[Int(pow(Double.random(in: 0..<1, using: &generator), 2) * 120)]
            }.joined(separator: " ")
        }
        let folder = try TemporaryFolder()
        try build(facts, at: folder.file("k.db"))
        try build(facts, at: server.address())
        let file = try KnowledgeIndex(path: folder.file("k.db"))
        let index = try KnowledgeIndex(path: server.address())
        #expect(index.count == file.count)
        for _ in 0..<40 {
            let query = (0..<3).map { _ in words[Int.random(in: 0..<120, using: &generator)] }.joined(
                separator: " ")
            let expected = try file.search(query, vector: nil, count: 8).map(\.text)
            #expect(try index.search(query, vector: nil, count: 8).map(\.text) == expected, "\(query)")
        }
        #expect(try index.randomFacts(20, seed: 3) == file.randomFacts(20, seed: 3))
        let found = try index.search(facts[5], vector: nil, count: 5).map(\.text)
        #expect(found.contains(facts[5]))
    }

    /// What a fact says comes back as it was, and confidences too.
    @Test func hostileFactsStayFacts() throws {
        let facts = [
            "It's \"quoted\"; DROP TABLE sft_probe.knowledge_fact; --", "back\\slash \\N \\.",
            "tab\there\nline", "größe 🦉 ﷽",
            "zero\0character", String(repeating: "very long ", count: 200_000),
            String(repeating: "x", count: 9000),
            "' || 'x' & :* <-> !",
        ]
        var said: [String] = []
        #expect(try build(facts, at: server.address()) { said.append($0) }.facts == facts.count)
        #expect(said.count == 1 && said[0].contains("1 facts hold the zero character"))
        let index = try KnowledgeIndex(path: server.address())
        #expect(Set(try index.randomFacts(99, seed: 0)) == Set(facts.map { $0.replacing("\0", with: " ") }))
        #expect(try index.search("quoted", vector: nil, count: 1).map(\.text) == [facts[0]])
        #expect(try index.search(facts[5], vector: nil, count: 1).map(\.text) == [facts[5]])
        let rated = server.address("schema=rated")
        let builder = try KnowledgeBuilder(path: rated, inputs: "", minimumConfidence: 0.5) { () in
            [StatedFact(text: "Sure.", confidence: 0.1 + 0.6), StatedFact(text: "Unsure.", confidence: 0.1)]
        }
        #expect(builder.built.belowConfidence == 1)
        try builder.finish()
        let found = try KnowledgeIndex(path: rated).search("sure", vector: nil, count: 1)
        #expect(found.map(\.confidence) == [0.1 + 0.6])
    }

    /// Until it is finished, a build is not seen; and what is there is only replaced when that is said.
    @Test func replacesWholeOrNotAtAll() throws {
        let path = server.address()
        try build(["The old fact."], at: path)
        let old = try KnowledgeIndex(path: path)
        let refused = #expect(throws: KnowledgeError.self) { try build(["The new fact."], at: path) }
        #expect(refused?.description.contains("has an index") ?? false)
        #expect(try tables() == Self.whole)
        let builder = try KnowledgeBuilder(path: path, inputs: "", minimumConfidence: nil, replacing: true) {
            () in
            [StatedFact(text: "The new fact.", confidence: nil)]
        }
        #expect(throws: KnowledgeError.busy(server: path, schema: "sft_probe")) {
            try build(["x"], at: path, replacing: true)
        }
        #expect(
            try KnowledgeIndex(path: path).search("fact", vector: nil, count: 2).map(\.text) == [
                "The old fact."
            ])
        try builder.finish()
        #expect(
            try KnowledgeIndex(path: path).search("fact", vector: nil, count: 2).map(\.text) == [
                "The new fact."
            ])
        #expect(try tables() == Self.whole)
        let replaced = #expect(throws: KnowledgeError.self) { try old.search("fact", vector: nil, count: 1) }
        #expect(replaced?.description.contains("replaced meanwhile") ?? false)
    }

    /// Tables of others are left alone, whatever they are called.
    @Test(arguments: [
        "knowledge_fact(x int)", "knowledge_about(name text, value text)", "knowledge_word_part(x int)",
    ])
    func tablesOfOthersStay(_ table: String) throws {
        try connection.run("CREATE TABLE public.\(table)")
        let before = try tables("public")
        let path = server.address("schema=public")
        for replacing in [false, true] {
            let refused = #expect(throws: KnowledgeError.self) {
                try build(["x"], at: path, replacing: replacing)
            }
            guard case .foreign? = refused else {
                return #expect(Bool(false), "\(String(describing: refused))")
            }
        }
        #expect(throws: KnowledgeError.self) { try KnowledgeIndex(path: path) }
        #expect(try tables("public") == before)
    }

    /// A view of someone on our tables keeps them from being replaced.
    @Test func whatDependsOnAnIndexKeepsIt() throws {
        try build(["One."], at: server.address())
        try connection.run("CREATE VIEW public.mine AS SELECT text FROM sft_probe.knowledge_fact")
        let refused = #expect(throws: KnowledgeError.self) {
            try build(["Two."], at: server.address(), replacing: true)
        }
        #expect(refused?.description.contains("public.mine") ?? false, "\(refused?.description ?? "")")
        #expect(try connection.run("SELECT text FROM public.mine").text(0) == "One.")
    }

    @Test func otherVersionsAndAbsencesAreNamed() throws {
        #expect(throws: KnowledgeError.noIndex(server: server.address(), schema: "sft_probe")) {
            try KnowledgeIndex(path: server.address())
        }
        try build(["One."], at: server.address())
        try connection.run("UPDATE sft_probe.knowledge_about SET value = '2' WHERE name = 'version'")
        let other = #expect(throws: KnowledgeError.self) { try KnowledgeIndex(path: server.address()) }
        #expect(other?.description.contains("found sft-probe/knowledge 2") ?? false)
        try connection.run("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
        let latin = server.address().replacing("/postgres?", with: "/latin?")
        let refused = #expect(throws: KnowledgeError.self) { try build(["x"], at: latin) }
        #expect(refused?.description.contains("LATIN1") ?? false)
    }

    /// The server dies before the facts are written: nothing is left. It dies after: the next build carries on.
    @Test func survivesTheServersDeath() throws {
        let path = server.address()
        let facts = [StatedFact(text: "Dogs bark.", confidence: nil)]
        let lost = #expect(throws: KnowledgeError.self) {
            _ = try KnowledgeBuilder(path: path, inputs: "a", minimumConfidence: nil) { () in
                server.stop()
                return facts
            }
        }
        guard case .server(.lost)? = lost else { return #expect(Bool(false), "\(String(describing: lost))") }
        try server.start()
        #expect(
            try Connection(try ServerAddress(path)).run(
                "SELECT 1 FROM pg_class WHERE relname ~ '^knowledge_'"
            ).count == 0)

        let broken = try KnowledgeBuilder(path: path, inputs: "a", minimumConfidence: nil) { () in facts }
        server.stop()
        #expect(throws: KnowledgeError.self) { try broken.finish() }
        try server.start()
        #expect(throws: KnowledgeError.self) { try KnowledgeIndex(path: path) }
        var said: [String] = []
        let again = try KnowledgeBuilder(
            path: path, inputs: "a", minimumConfidence: nil, remark: { said.append($0) }
        ) { () throws(RecordError) in throw .missing(path: "read again") }
        #expect(said.count == 1 && said[0].contains("carrying on") && again.built.facts == 1)
        try again.finish()
        #expect(try KnowledgeIndex(path: path).count == 1)
    }

    /// What a broken build of other facts left makes room, and that is said.
    @Test func beginsAnewForOtherFacts() throws {
        let path = server.address()
        do {
            _ = try KnowledgeBuilder(path: path, inputs: "a", minimumConfidence: nil) { () in
                [StatedFact(text: "One.", confidence: nil)]
            }
        }
        var said: [String] = []
        try build(["Two.", "Three."], at: path) { said.append($0) }
        #expect(said.count == 1 && said[0].contains("beginning anew"))
        #expect(try KnowledgeIndex(path: path).count == 2 && tables() == Self.whole)
    }
}

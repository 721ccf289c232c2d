import Foundation
import ModelFiles
import TestSupport
import Testing
import Transformers

@testable import GradAttrib

/// An attribution that is broken off goes on where it was.
@Suite struct KeptScoresTests {
    let folder: TemporaryFolder
    let model: Decoder
    let sequences = (0..<12).map { start in
        TokenSequence(
            ids: (0..<(6 + start % 5)).map { Int32(($0 * 7 + start * 3) % 40) },
            supervised: (0..<(6 + start % 5)).map { $0 > 2 })
    }

    init() throws {
        folder = try TemporaryFolder()
        model = try Decoder(ModelSource(path: repositoryPath("notebooks-data/reference/tiny-llama/gqa-tied")))
    }

    var path: String { folder.file("p.h5.part") }

    private func gates(_ kept: KeptScores?) async throws -> GateScores {
        try await gateScores(
            of: model, on: sequences, extra: ExtraGates(modules: LayerModule.all(of: model)),
            reduction: .exampleMean,
            packTokens: 16, workers: 1, keeping: kept)
    }

    @Test func givesTheSameNumbers() async throws {
        let plain = try await gates(nil)
        #expect(try await gates(KeptScores(path: path, of: "m")) == plain)
        let whole = try Data(contentsOf: URL(filePath: path))
        #expect(try KeptScores(path: path, of: "m").count == sequences.count)
        // Whatever part of the file a broken run left.
        for length in [0, 3, whole.count / 3, whole.count / 2, whole.count - 1] {
            try whole.prefix(length).write(to: URL(filePath: path))
            let kept = try KeptScores(path: path, of: "m")
            #expect(kept.count < sequences.count)
            #expect(try await gates(kept) == plain)
            #expect(try KeptScores(path: path, of: "m").count == sequences.count)
        }
    }

    /// What is kept is taken, and not computed anew; from a file of other weights, or of other work, nothing is.
    @Test func takesWhatIsOfTheSameWork() async throws {
        let kept = try KeptScores(path: path, of: "m")
        var digest = WorkDigest()
        digest.add("work")
        let packs = Packs(lengths: sequences.map(\.ids.count), tokens: 16)
        func computed(_ kept: KeptScores, of work: UInt64) async throws -> Int {
            let counter = Counter()
            try await packs.forEach(workers: 2, keeping: kept, of: work) {
                (members) throws(AttributionError) in
                counter.add()
                return members.map { [Float($0), 1] }
            } deliver: { (members, rows) throws(AttributionError) in
                #expect(rows == members.map { [Float($0), 1] })
            }
            return counter.count
        }
        #expect(try await computed(kept, of: digest.value) == packs.members.count)
        #expect(try await computed(KeptScores(path: path, of: "m"), of: digest.value) == 0)
        #expect(try await computed(KeptScores(path: path, of: "m"), of: 7) == packs.members.count)
        #expect(
            try await computed(KeptScores(path: path, of: "other weights"), of: digest.value)
                == packs.members.count)
    }

    @Test(arguments: [AttributionMethod.gateIG, .ablation]) func methodsToo(_ method: AttributionMethod)
        async throws
    {
        let probes = sequences.map { Probe($0) }
        func scores(_ kept: KeptScores?) async throws -> Attribution {
            try await attribution(
                of: model, on: probes, by: Recipe(method, points: 3), packTokens: 16, workers: 1,
                keeping: kept)
        }
        let plain = try await scores(nil)
        _ = try await scores(KeptScores(path: path, of: "m"))
        let again = try await scores(KeptScores(path: path, of: "m"))
        #expect(again.scores == plain.scores)
        #expect(again.completeness == plain.completeness)
    }

    @Test func aFullDiskIsSaid() throws {
        #expect(throws: (any Error).self) { try KeptScores(path: folder.file("no/where"), of: "m") }
    }
}

private final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private(set) var count = 0

    func add() { lock.withLock { count += 1 } }
}

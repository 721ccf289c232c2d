import GradAttrib
import Kernels
import ModelFiles
import Synchronization
import Tensor
import TestSupport
import Testing
import Transformers

/// Estimates against what they estimate, and against their formulas done by hand.
@Suite struct PatchingTests {
    static let model = FamilyModel.folders[0]

    func decoder() throws -> Decoder { try Decoder(ModelSource(path: repositoryPath(Self.model.model))) }

    /// ‖A ⊙ (D − rowsum(A ⊙ D))‖, written out.
    @Test func reversedAttentionFollowsItsFormula() async throws {
        let model = try decoder()
        let probe = AttributionTests.probes[1]
        let passed = Mutex<[Site: Tensor]>([:])
        let batch = Batch([probe.sequence])
        let losses = model.tokenLosses(
            batch,
            tap: Tap([.pattern]) { site, a in
                let a = a.isTracked ? a : a.tracked()
                passed.withLock { $0[site] = a }
                return a
            })
        let found = try await attribution(
            of: model, on: [probe], by: Recipe(.reversed), packTokens: 99, workers: 1
        ).scores.signed
        let seen = passed.withLock { $0 }
        let n = probe.sequence.ids.count
        for layer in 0..<model.layers {
            let a = try #require(seen[Site(.pattern, layer: layer, sequence: 0)])
            let slope = losses.sum().scaled(by: 1 / Float(probe.sequence.targetCount)).gradients(of: [a])[0]
                .elements
            for head in 0..<model.heads {
                var square = 0.0
                for query in 0..<n {
                    let row = (0..<n).map { (head * n + query) * n + $0 }
                    let sum = row.reduce(0.0) { $0 + Double(a.elements[$1] * slope[$1]) }
                    for place in row {
                        let r = Double(a.elements[place]) * (Double(slope[place]) - sum)
                        square += r * r
                    }
                }
                let score = Double(found[layer * model.heads + head])
                #expect(abs(score - square.squareRoot()) <= 1e-4 * max(score, 1e-3))
            }
        }
    }

    /// In the last layer nothing is left to drop but layers before it, which a head's gradient does not pass: AtP* is AtP
    /// there.
    @Test func starIsPlainInTheLastLayer() async throws {
        let model = try decoder()
        func run(_ method: AttributionMethod) async throws -> [Float] {
            try await attribution(
                of: model, on: AttributionTests.probes, by: Recipe(method), packTokens: 512, workers: 1
            ).scores.signed
        }
        let (plain, star) = (try await run(.patching), try await run(.patchingStar))
        let size = model.layers * model.heads
        for example in AttributionTests.probes.indices {
            for head in size - model.heads..<size {
                let place = example * size + head
                #expect(abs(plain[place] - star[place]) <= 1e-5)
            }
        }
        #expect(zip(plain, star).contains { abs($0 - $1) > 1e-5 })
        #expect(zip(plain, star).allSatisfy { ($0 < 0) == ($1 < 0) || abs($0) < 1e-7 })
    }

    /// Gradients between counterfactual and example are not those at the example.
    @Test func eapIGIsNotTheExamplesOwnSlope() async throws {
        let model = try decoder()
        let points = [1, 3]
        for count in points {
            let found = try await attribution(
                of: model, on: AttributionTests.probes, by: Recipe(.eapIG, points: count), packTokens: 512,
                workers: 1
            ).scores.signed
            let plain = try await attribution(
                of: model, on: AttributionTests.probes, by: Recipe(.patching), packTokens: 512, workers: 1
            ).scores.signed
            #expect(distance(found, plain).difference > 1e-5)
        }
    }

    /// The effect of other queries or keys by QK fix is close to what exactly happens in the last layer, where the way from a
    /// pattern to the loss is short.
    @Test(arguments: [(AttributionMethod.patchingQueries, Site.Kind.query), (.patchingKeys, .key)])
    func patternsAreComputedAnew(_ method: AttributionMethod, _ kind: Site.Kind) async throws {
        let model = try decoder()
        let probe = AttributionTests.probes[0]
        let last = model.layers - 1
        let found = try await attribution(
            of: model, on: [probe], by: Recipe(method), packTokens: 99, workers: 1
        ).scores.signed
        let others = Mutex<Tensor?>(nil)
        let counterfactual = try #require(probe.counterfactual)
        _ = model.hidden(
            Batch([TokenSequence(ids: counterfactual, supervised: probe.sequence.supervised)]), rows: [0],
            tap: Tap([kind]) { site, x in
                if site.layer == last { others.withLock { $0 = x } }
                return x
            })
        let other = try #require(others.withLock { $0 })
        let batch = Batch([probe.sequence])
        let weight = 1 / Float(probe.sequence.targetCount)
        let clean = model.tokenLosses(batch).elements.reduce(0, +) * weight
        let changed =
            model.tokenLosses(
                batch, tap: Tap([kind]) { site, x in site.layer == last ? other : x }
            ).elements.reduce(0, +) * weight
        let estimate = found[last * model.heads..<(last + 1) * model.heads].reduce(0, +)
        // All heads at once; the estimate is of first order in the pattern.
        #expect(abs(estimate - (clean - changed)) <= 0.25 * abs(clean - changed) + 1e-4)
    }
}

import Statistics
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
        ).scores.signed.elements
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
            ).scores.signed.elements
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
            ).scores.signed.elements
            let plain = try await attribution(
                of: model, on: AttributionTests.probes, by: Recipe(.patching), packTokens: 512, workers: 1
            ).scores.signed.elements
            #expect(distance(found, plain).difference > 1e-5)
        }
    }

    /// QK fix in the last layer, where no other layer can be dropped: Σ (A − A₀)⊙∂F/∂A with both patterns seen in passes of
    /// the whole model, the second with the counterfactual's queries or keys in the last layer.
    @Test(arguments: [(AttributionMethod.patchingQueries, Site.Kind.query), (.patchingKeys, .key)])
    func patternsAreComputedAnew(_ method: AttributionMethod, _ kind: Site.Kind) async throws {
        let model = try decoder()
        let probe = AttributionTests.probes[0]
        let last = model.layers - 1
        let found = try await attribution(
            of: model, on: [probe], by: Recipe(method), packTokens: 99, workers: 1
        ).scores.signed.elements
        let marks = probe.sequence.supervised
        let counterfactual = Batch([
            TokenSequence(ids: try #require(probe.counterfactual), supervised: marks)
        ])
        let seen = Mutex<[String: Tensor]>([:])
        _ = model.hidden(
            counterfactual, rows: [0],
            tap: Tap([kind]) { site, x in
                if site.layer == last { seen.withLock { $0["other"] = x } }
                return x
            })
        let other = try #require(seen.withLock { $0["other"] })
        func pattern(_ name: String, replacing: Bool) -> Tensor {
            model.tokenLosses(
                Batch([probe.sequence]),
                tap: Tap([kind, .pattern]) { site, x in
                    guard site.layer == last else { return x }
                    if site.kind == kind { return replacing ? other : x }
                    let x = x.tracked()
                    seen.withLock { $0[name] = x }
                    return x
                })
        }
        let losses = pattern("clean", replacing: false)
        _ = pattern("anew", replacing: true)
        let clean = try #require(seen.withLock { $0["clean"] })
        let anew = try #require(seen.withLock { $0["anew"] })
        let slope = losses.sum().scaled(by: 1 / Float(probe.sequence.targetCount)).gradients(of: [clean])[0]
        let size = clean.elements.count / model.heads
        for head in 0..<model.heads {
            let sum = (head * size..<(head + 1) * size).reduce(Float(0)) {
                $0 + (clean.elements[$1] - anew.elements[$1]) * slope.elements[$1]
            }
            #expect(abs(found[last * model.heads + head] - sum) <= 1e-4 * max(1, abs(sum)))
        }
        #expect(found.contains { abs($0) > 1e-3 })
    }
}

import ModelFiles
import Tensor
import TestSupport
import Testing
import Transformers

/// Fresh pairs for training.
@Suite struct AttachingTests {
    func model(_ folder: String = "tiny-llama/untied-bias") throws -> Decoder {
        try Decoder(ModelSource(path: repositoryPath("notebooks-data/reference/\(folder)")))
    }

    func pairs(_ decoder: Decoder) -> [String: LowRank] {
        var (copy, pairs) = (decoder, [String: LowRank]())
        copy.visitProjections { path, projection in pairs[path] = projection.adapter }
        return pairs
    }

    @Test func aFreshPairChangesNothing() throws {
        let base = try model()
        var attached = base
        try attached.attachLowRank(rank: 4, alpha: 8, seed: 1)
        let batch = try Batch(AdapterCase("plain").sequences())
        #expect(attached.tokenLosses(batch).elements == base.tokenLosses(batch).elements)
        let pairs = pairs(attached)
        #expect(
            pairs.keys.sorted() == [
                "model.layers.0.self_attn.q_proj", "model.layers.0.self_attn.v_proj",
                "model.layers.1.self_attn.q_proj", "model.layers.1.self_attn.v_proj",
            ])
        for pair in pairs.values { #expect(pair.rank == 4 && pair.scale == 2) }
    }

    /// Uniform in ±1/√in: the bounds, and a variance of a third of their square within 4 standard errors.
    @Test func theStartIsUniform() throws {
        var attached = try model()
        try attached.attachLowRank(
            rank: 40, alpha: 8, targets: ["all-linear"], isRankStabilized: true, seed: 3)
        for (path, pair) in pairs(attached) {
            let values = pair.a.tensor.elements
            let bound = 1 / Float(pair.a.shape.matrix.columns).squareRoot()
            #expect(values.allSatisfy { abs($0) <= bound })
            let mean = values.reduce(0) { $0 + $1 * $1 } / Float(values.count) * 3 / (bound * bound)
            #expect(abs(mean - 1) < 4 * (Float(0.8) / Float(values.count)).squareRoot(), "\(path)")
            #expect(pair.b.tensor.elements.allSatisfy { $0 == 0 })
            #expect(abs(pair.scale - 8 / Float(40).squareRoot()) < 1e-6)
        }
        #expect(pairs(attached).count == 14)
    }

    @Test func theStartFollowsFromSeedAndName() throws {
        func start(_ seed: Int, _ targets: [String]) throws -> [Float]? {
            var attached = try model()
            try attached.attachLowRank(rank: 2, alpha: 2, targets: targets, seed: seed)
            return pairs(attached)["model.layers.1.self_attn.q_proj"]?.a.tensor.elements
        }
        let first = try start(1, ["q_proj"])
        #expect(try start(1, ["mlp.up_proj", "self_attn.q_proj"]) == first)
        #expect(try start(2, ["q_proj"]) != first)
        var both = try model()
        try both.attachLowRank(rank: 2, alpha: 2, targets: ["q_proj"], seed: 1)
        #expect(pairs(both)["model.layers.0.self_attn.q_proj"]?.a.tensor.elements != first)
    }

    @Test(arguments: [("gpt2", 2), ("gpt_neox", 2), ("phi", 8), ("phi3", 2), ("opt", 4), ("smollm3", 6)])
    func everyFamilyHasDefaults(_ family: String, _ count: Int) throws {
        var attached = try model("families/\(family)")
        try attached.attachLowRank(rank: 2, alpha: 2, seed: 1)
        #expect(pairs(attached).count == count)
    }

    @Test func aNameThatMeansNothingIsRefused() throws {
        var attached = try model()
        let error = #expect(throws: ModelError.self) {
            try attached.attachLowRank(rank: 2, alpha: 2, targets: ["q_proj", "c_attn"], seed: 1)
        }
        #expect(error?.description.contains("ends in c_attn; there are down_proj, gate_proj") == true)
        #expect(pairs(attached).isEmpty)
    }

    /// The first step of training: `b` gets gradients, `a` none, for `b` is zero.
    @Test func bothPartsAreTrained() throws {
        var attached = try model()
        try attached.attachLowRank(rank: 2, alpha: 2, targets: ["all-linear"], seed: 1)
        var tracked: [(name: String, tensor: Tensor)] = []
        attached.visitWeights { name, weight in
            guard name.contains(".lora_") else { return }
            let tensor = weight.tensor.tracked()
            tracked.append((name, tensor))
            weight = .tensor(tensor)
        }
        let batch = try Batch(AdapterCase("plain").sequences())
        let gradients = attached.tokenLosses(batch).sum().gradients(of: tracked.map(\.tensor))
        for (part, gradient) in zip(tracked, gradients) {
            let isZero = gradient.elements.allSatisfy { $0 == 0 }
            #expect(isZero == part.name.hasSuffix("lora_A.weight"), "\(part.name)")
        }
    }
}

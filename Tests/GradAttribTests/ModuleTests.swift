import Statistics
import GradAttrib
import Kernels
import ModelFiles
import Synchronization
import Tensor
import TestSupport
import Testing
import Transformers

@Suite struct ModuleTests {
    /// Folders of a fused and a separate entry, with and without gate, bias, norms around and side by side.
    static let models =
        [
            "qwen2", "qwen3", "gemma2", "olmo2", "phi3", "phi", "gpt2", "gpt_neox", "opt",
            "stablelm-parallel",
        ].map { "notebooks-data/reference/families/\($0)" } + [
            TinyModel.all[0].model, TinyModel.all[1].model,
        ]

    let sequences = VerificationTests.sequences

    func open(_ path: String) throws -> (Decoder, Batch, [Float]) {
        (
            try Decoder(ModelSource(path: repositoryPath(path))), Batch(sequences),
            sequences.map { 1 / Float($0.targetCount) }
        )
    }

    /// [example][layer][module]
    func table(_ scores: [Float], _ model: Decoder, _ modules: [LayerModule]) -> [[[LayerModule: Float]]] {
        sequences.indices.map { example in
            (0..<model.layers).map { layer in
                let start = (example * model.layers + layer) * modules.count
                return Dictionary(uniqueKeysWithValues: modules.enumerated().map { ($1, scores[start + $0]) })
            }
        }
    }

    func isClose(_ a: Float, _ b: Float, of scale: Float, _ tolerance: Float = 1e-4) -> Bool {
        abs(a - b) <= tolerance * max(abs(b), scale)
    }

    /// Σ y·∂L/∂y, with y the start of the graph: one site at a time.
    @Test(arguments: models)
    func aGateIsTheProductWithTheGradient(_ path: String) throws {
        let (model, _, _) = try open(path)
        let modules = LayerModule.all(of: model)
        let (sequence, layer) = (sequences[0], model.layers - 1)
        let weight = 1 / Float(sequence.targetCount)
        let scores = gateScores(
            of: model, on: Batch([sequence]), weights: [weight], extra: ExtraGates(modules: modules))
        let scale = scores.modules.map { abs($0) }.max() ?? 0
        for (place, module) in modules.enumerated() {
            let seen = Mutex<Tensor?>(nil)
            let tap = Tap([module.site]) { site, x in
                guard site.layer == layer else { return x }
                let x = Tensor(x.elements, shape: x.shape).tracked()
                seen.withLock { $0 = x }
                return x
            }
            let loss = model.tokenLosses(Batch([sequence]), tap: tap).sum().scaled(by: weight)
            let y = try #require(seen.withLock { $0 })
            let gradient = loss.gradients(of: [y])[0]
            let product = zip(y.elements, gradient.elements).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            let found = scores.modules[layer * modules.count + place]
            #expect(isClose(found, Float(product), of: scale), "\(module): \(found), \(product)")
        }
    }

    /// (L(1 + h) − L(1 − h)) / 2h with Richardson's correction, every module of every layer.
    @Test(arguments: ["families/gpt2", "families/phi3", "families/gemma2", "tiny-llama/untied-bias"])
    func aGateIsASlope(_ name: String) throws {
        let (model, _, _) = try open("notebooks-data/reference/" + name)
        let modules = LayerModule.all(of: model)
        let sequence = sequences[2]
        let batch = Batch([sequence])
        let weight = 1 / Float(sequence.targetCount)
        let scores = gateScores(
            of: model, on: batch, weights: [weight], extra: ExtraGates(modules: modules)
        ).modules
        let scale = scores.map { abs($0) }.max() ?? 0
        func loss(_ module: LayerModule, _ layer: Int, _ gate: Float) -> Double {
            let tap = Tap([module.site]) { site, x in site.layer == layer ? x.scaled(by: gate) : x }
            return model.tokenLosses(batch, tap: tap).elements.reduce(0) { $0 + Double($1) } * Double(weight)
        }
        let h: Float = 0.01
        for layer in 0..<model.layers {
            for (place, module) in modules.enumerated() {
                let near = loss(module, layer, 1 + h) - loss(module, layer, 1 - h)
                let far = loss(module, layer, 1 + 2 * h) - loss(module, layer, 1 - 2 * h)
                let slope = Float((8 * near - far) / Double(12 * h))
                // Losses of a few nats carry errors of 1e-6 and are divided by 0.02: 1e-4, beside scores around one.
                #expect(
                    abs(scores[layer * modules.count + place] - slope) <= 2e-3 * max(scale, 0.2),
                    "L\(layer) \(module): \(scores[layer * modules.count + place]), \(slope)")
            }
        }
    }

    /// What must be equal by what is computed; see `LayerModule`.
    @Test(arguments: models)
    func modulesKnowEachOther(_ path: String) throws {
        let (model, batch, weights) = try open(path)
        let modules = LayerModule.all(of: model)
        let scores = gateScores(of: model, on: batch, weights: weights, extra: ExtraGates(modules: modules))
        // Gates past the last layer's attention have all its rows computed: products of another size round otherwise.
        let plain = distance(
            scores.heads.signed, headScores(of: model, on: batch, weights: weights).signed)
        #expect(plain.difference <= 1e-5 * plain.scale)
        let scale = scores.modules.map { abs($0) }.max() ?? 0
        for (example, layers) in table(scores.modules, model, modules).enumerated() {
            for (layer, module) in layers.enumerated() {
                let start = (example * model.layers + layer) * model.heads
                let heads = scores.heads.signed[start..<start + model.heads].reduce(0, +)
                let block = model.blocks[layer]
                func value(_ name: LayerModule) throws -> Float { try #require(module[name]) }
                // A soft cap between logits and softmax changes nothing: a gate scales what enters it.
                #expect(isClose(try value(.query), try value(.key), of: scale), "L\(layer) q, k")
                #expect(isClose(try value(.value), heads, of: scale), "L\(layer) v, heads")
                if block.attention.output.bias == nil {
                    #expect(isClose(try value(.output), heads, of: scale), "L\(layer) o, heads")
                }
                if block.attentionOutputNorm == nil {
                    #expect(
                        isClose(try value(.attention), try value(.output), of: scale),
                        "L\(layer) o, attention")
                } else {
                    #expect(abs(try value(.output)) <= 1e-2 * scale, "L\(layer) o before a norm")
                }
                if block.feedForward.hasGate, block.feedForward.down.bias == nil {
                    #expect(isClose(try value(.up), try value(.down), of: scale), "L\(layer) up, down")
                }
            }
        }
    }

    /// With a bias, the output's gate scales the bias too: o − Σ heads = Σ b·∂L/∂y.
    @Test func aBiasIsTheDifference() throws {
        let (model, _, _) = try open(TinyModel.all[1].model)
        let sequence = sequences[0]
        let weight = 1 / Float(sequence.targetCount)
        let scores = gateScores(
            of: model, on: Batch([sequence]), weights: [weight], extra: ExtraGates(modules: [.output]))
        for layer in 0..<model.layers {
            let seen = Mutex<Tensor?>(nil)
            let tap = Tap([.outputProjection]) { site, x in
                guard site.layer == layer else { return x }
                let x = Tensor(x.elements, shape: x.shape).tracked()
                seen.withLock { $0 = x }
                return x
            }
            let loss = model.tokenLosses(Batch([sequence]), tap: tap).sum().scaled(by: weight)
            let gradient = loss.gradients(of: [try #require(seen.withLock { $0 })])[0]
            let bias = try #require(model.blocks[layer].attention.output.bias).tensor.elements
            let part = gradient.elements.indices.reduce(0.0) {
                $0 + Double(gradient.elements[$1]) * Double(bias[$1 % bias.count])
            }
            let heads = scores.heads.signed[layer * model.heads..<(layer + 1) * model.heads].reduce(0, +)
            #expect(abs(part) > 1e-3)
            #expect(isClose(scores.modules[layer] - heads, Float(part), of: abs(scores.modules[layer])))
        }
    }

    @Test func onlyModulesThatAreThereAreListed() throws {
        let (gpt2, _, _) = try open("notebooks-data/reference/families/gpt2")
        let (phi3, _, _) = try open("notebooks-data/reference/families/phi3")
        #expect(
            LayerModule.all(of: gpt2).map(\.rawValue) == [
                "q", "k", "v", "o", "attention", "up", "down", "mlp",
            ])
        #expect(LayerModule.all(of: phi3) == LayerModule.allCases)
    }

    @Test func aRunScoresAsABatch() async throws {
        let (model, batch, weights) = try open(TinyModel.all[0].model)
        let extra = ExtraGates(modules: [.mlp, .gate])
        let whole = gateScores(of: model, on: batch, weights: weights, extra: extra)
        let run = try await gateScores(
            of: model, on: sequences, extra: extra, reduction: .exampleMean, packTokens: 20, workers: 2)
        for (a, b) in [
            (run.modules, whole.modules), (run.heads.signed.elements, whole.heads.signed.elements),
            (run.heads.loss, whole.heads.loss),
        ] {
            let (difference, scale) = distance(a, b)
            #expect(difference <= 1e-5 * scale)
        }
    }
}

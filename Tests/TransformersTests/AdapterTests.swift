import Foundation
import Kernels
import ModelFiles
import Tensor
import TestSupport
import Testing
import Transformers

/// Adapters on tiny models against what peft computes with them, float32.
@Suite struct AdapterTests {
    func adapted(_ name: String, on model: String? = nil) throws -> (decoder: Decoder, notes: [String]) {
        let example = AdapterCase(name)
        let base = try Decoder(ModelSource(path: repositoryPath(model ?? example.model)))
        return try base.adapted(by: AdapterFolder(path: example.path))
    }

    func expectLosses(
        _ decoder: Decoder, _ name: String, within tolerance: Float = 1e-5,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let example = AdapterCase(name)
        let found = try distance(
            decoder.tokenLosses(Batch(example.sequences())).elements, example.losses())
        #expect(found.difference <= tolerance * found.scale, "\(found)", sourceLocation: sourceLocation)
    }

    @Test(arguments: AdapterCase.all)
    func lossesMatch(_ example: AdapterCase) throws {
        try expectLosses(adapted(example.name).decoder, example.name)
    }

    @Test func thereAreAdapters() { #expect(AdapterCase.all.count >= 17) }

    /// GGUF files of the same models, whose matrices lie in another order than the adapter's.
    @Test(arguments: [
        ("rslora-all-linear", "tiny-llama/gqa-tied.f32.gguf"),
        ("tied-embedding", "tiny-llama/gqa-tied.f32.gguf"),
        ("gpt2-bias-all", "families/gpt2/model.f32.gguf"), ("positions", "families/gpt2/model.f32.gguf"),
        ("gpt_neox-defaults", "families/gpt_neox/model.f32.gguf"),
        ("phi3-dora", "families/phi3/model.f32.gguf"),
    ])
    func lossesMatchOnGGUF(_ name: String, _ model: String) throws {
        try expectLosses(adapted(name, on: "notebooks-data/reference/\(model)").decoder, name)
    }

    @Test func pairsLeaveWeightsAsTheirFileHasThem() throws {
        var (decoder, notes) = try adapted(
            "rslora-all-linear", on: "notebooks-data/reference/tiny-llama/gqa-tied.q8_0.gguf")
        #expect(notes == [])
        var ranks: [Int] = []
        decoder.visitProjections { _, projection in
            if case .stored(let matrix) = projection.weight {
                #expect(matrix.format == .q8_0)
            } else {
                Issue.record("a weight became numbers")
            }
            ranks.append(projection.adapter?.rank ?? 0)
        }
        #expect(ranks == Array(repeating: 3, count: 21))
    }

    @Test func whatBecomesNumbersIsSaid() throws {
        #expect(try adapted("phi3-dora").notes.joined().contains("4 matrices have learned magnitudes"))
        let tied = try adapted("tied-embedding").notes.joined(separator: "; ")
        #expect(tied.contains("no longer tied") && tied.contains("embed_tokens"))
        #expect(try adapted("saved-modules").notes.joined().contains("4 of its weights are replaced"))
        #expect(try adapted("gpt2-bias-all").notes.joined().contains("weights are replaced"))
    }

    @Test(arguments: AdapterCase.all)
    func mergedIsAdapted(_ example: AdapterCase) throws {
        var merged = try adapted(example.name).decoder.merged()
        merged.visitProjections { _, projection in #expect(projection.adapter == nil) }
        try expectLosses(merged, example.name)
    }

    @Test(arguments: ["plain", "rslora-all-linear", "patterns", "layers", "opt"])
    func whatIsWrittenIsReadBack(_ name: String) throws {
        let folder = try TemporaryFolder()
        let (decoder, _) = try adapted(name)
        try decoder.writeAdapter(
            to: folder.file("adapter"), base: "some/model", isRankStabilized: name.hasPrefix("rslora"))
        #expect(folder.contents == ["adapter"])
        let read = try AdapterFolder(path: folder.file("adapter"))
        let old = try AdapterFolder(path: AdapterCase(name).path)
        #expect(read.configuration.base == "some/model")
        #expect(read.configuration.isRankStabilized == old.configuration.isRankStabilized)
        #expect(read.tensors.keys.sorted() == old.tensors.keys.sorted())
        for (name, tensor) in old.tensors {
            #expect(read.tensors[name]?.shape == tensor.shape)
            #expect(read.tensors[name]?.matrix.expanded() == tensor.matrix.expanded())
        }
        let base = try Decoder(ModelSource(path: repositoryPath(AdapterCase(name).model)))
        try expectLosses(base.adapted(by: read).decoder, name)
    }

    @Test func nothingThatIsThereIsReplaced() throws {
        let folder = try TemporaryFolder()
        try "notes".write(toFile: folder.file("mine"), atomically: true, encoding: .utf8)
        let (decoder, _) = try adapted("plain")
        #expect(throws: ModelFileError.self) { try decoder.writeAdapter(to: folder.path, base: "b") }
        #expect(throws: ModelFileError.self) { try decoder.writeAdapter(to: folder.file("mine"), base: "b") }
        #expect(throws: ModelFileError.self) {
            try decoder.writeAdapter(to: folder.file("no/such/folder"), base: "b")
        }
        #expect(folder.contents == ["mine"])
    }

    /// An adapter of one model on another: the names that differ, and the shapes.
    @Test func anotherModelsAdapterIsRefused() throws {
        let gpt2 = "notebooks-data/reference/families/gpt2"
        let error = #expect(throws: ModelError.self) { try adapted("plain", on: gpt2) }
        #expect("\(error.map(String.init) ?? "")".contains("tiny-llama/untied-bias"))
        let tied = #expect(throws: ModelError.self) {
            try adapted("plain", on: "notebooks-data/reference/tiny-llama/gqa-tied")
        }
        #expect("\(tied.map(String.init) ?? "")".contains("expected shape"))
    }
}

extension String {
    fileprivate init(_ error: ModelError) { self = error.description }
}

import Foundation
import Kernels
import ModelFiles
import Tensor
import TestSupport
import Testing
import Transformers

/// What peft and transformers compute from folders of ours. The python is `python3`, or the one named in
/// SFT_PROBE_PYTHON; it is started once for all folders, because its imports are what takes time.
@Suite(.enabled(if: runPython(["-c", "import peft"]).succeeded, "a python3 with peft is needed"))
struct PeftTests {
    /// A folder of ours, and what we compute with it.
    private struct Check: Encodable {
        let folder: String
        let base: String?
        let ids: [[Int32]]
        let supervised: [[Bool]]
        let token_nll: [Float]

        init(_ decoder: Decoder, _ sequences: [TokenSequence], folder: String, base: String? = nil) {
            (self.folder, self.base) = (folder, base)
            ids = sequences.map(\.ids)
            supervised = sequences.map(\.supervised)
            token_nll = decoder.tokenLosses(Batch(sequences)).elements
        }
    }

    @Test func theyComputeWhatWeCompute() throws {
        let folder = try TemporaryFolder()
        let checks =
            try ["plain", "rslora-all-linear", "patterns", "layers", "opt"].map {
                try adapter($0, in: folder)
            }
            + ["gpt2", "gpt_neox", "phi3", "phi", "gemma3"].map { try freshPairs($0, in: folder) }
            + ["plain", "gpt2-dora", "tied-embedding", "saved-tied-head", "head-with-bias", "phi3-dora"].map {
                try model($0, in: folder)
            }
            + [
                model("rslora-all-linear", from: "tiny-llama/gqa-tied.f32.gguf", in: folder),
                model("gpt2-bias-all", from: "families/gpt2/model.f32.gguf", in: folder),
            ]
            + ["tiny-llama/gqa-tied", "tiny-llama/untied-bias", "families/gpt2", "families/phi"].flatMap {
                try grown($0, in: folder)
            }
        let file = folder.file("checks.json")
        try JSONEncoder().encode(checks).write(to: URL(filePath: file))
        let found = runPython([repositoryPath("notebooks-data/reference/check_adapter.py"), file])
        #expect(found.succeeded, "\(found.output)")
        #expect(found.output.components(separatedBy: "largest distance").count == checks.count + 1)
    }

    private func adapted(_ example: AdapterCase, _ source: ModelSource) throws -> Decoder {
        try Decoder(source).adapted(by: AdapterFolder(path: example.path)).decoder
    }

    /// An adapter that was read, written by us.
    private func adapter(_ name: String, in folder: TemporaryFolder) throws -> Check {
        let (example, path) = (AdapterCase(name), folder.file("\(name)-adapter"))
        let base = repositoryPath(example.model)
        let decoder = try adapted(example, ModelSource(path: base))
        try decoder.writeAdapter(to: path, base: base)
        return try Check(decoder, example.sequences(), folder: path, base: base)
    }

    /// Pairs that were attached, both parts at work: names that older files leave out, fused and transposed matrices.
    private func freshPairs(_ family: String, in folder: TemporaryFolder) throws -> Check {
        let base = repositoryPath("notebooks-data/reference/families/\(family)")
        var decoder = try Decoder(ModelSource(path: base))
        try decoder.attachLowRank(
            rank: 3, alpha: 5, targets: ["all-linear"], isRankStabilized: true, seed: 5)
        var generator = SeededGenerator(seed: 9)
        decoder.visitWeights { name, weight in
            guard name.hasSuffix("lora_B.weight") else { return }
            weight = .tensor(Tensor(generator.floats(weight.shape.count), shape: weight.shape))
        }
        let path = folder.file("\(family)-fresh")
        try decoder.writeAdapter(to: path, base: base, isRankStabilized: true)
        return try Check(decoder, AdapterCase("plain").sequences(), folder: path, base: base)
    }

    /// A model with new tokens as a folder of its own, and an adapter with its embedding and head.
    private func grown(_ model: String, in folder: TemporaryFolder) throws -> [Check] {
        let name = model.replacing("/", with: "-")
        let (base, path) = (folder.file("\(name)-grown"), folder.file("\(name)-saved"))
        let source = try ModelSource(path: repositoryPath("notebooks-data/reference/\(model)"))
        let (plain, changed) = (try NewTokenTests.grown(model), try NewTokenTests.changed(model))
        try plain.outgoing(from: source, as: .f32, companions: []).write(to: base)
        try changed.writeAdapter(to: path, base: base)
        let sequences = try TinyModel.sequences(Reference("\(NewTokenTests.folder)/resized.safetensors"))
        return [Check(plain, sequences, folder: base), Check(changed, sequences, folder: path, base: base)]
    }

    /// A whole model in several files, an adapter merged; from GGUF with the configuration that is made for it.
    private func model(
        _ name: String, from gguf: String? = nil, in folder: TemporaryFolder
    ) throws -> Check {
        let example = AdapterCase(name)
        let path = folder.file(gguf == nil ? name : "\(name)-gguf")
        let source = try ModelSource(
            path: repositoryPath(gguf.map { "notebooks-data/reference/\($0)" } ?? example.model))
        let decoder = try adapted(example, source)
        try decoder.outgoing(from: source, as: .f32, companions: []).write(to: path, shardBytes: 20_000)
        return try Check(decoder, example.sequences(), folder: path)
    }
}

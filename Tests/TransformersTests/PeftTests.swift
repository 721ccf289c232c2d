import Foundation
import Kernels
import ModelFiles
import Tensor
import TestSupport
import Testing
import Transformers

/// What peft and transformers compute from folders of ours. The python is `python3`, or the one named in
/// SFT_PROBE_PYTHON.
@Suite(.enabled(if: runPython(["-c", "import peft"]).succeeded, "a python3 with peft is needed"))
struct PeftTests {
    private struct Losses: Encodable {
        let ids: [[Int32]]
        let supervised: [[Bool]]
        let token_nll: [Float]

        init(_ decoder: Decoder, _ sequences: [TokenSequence]) {
            ids = sequences.map(\.ids)
            supervised = sequences.map(\.supervised)
            token_nll = decoder.tokenLosses(Batch(sequences)).elements
        }
    }

    private func check(
        _ decoder: Decoder, _ example: AdapterCase, in folder: TemporaryFolder, _ arguments: [String]
    ) throws {
        let losses = folder.file("losses.json")
        try JSONEncoder().encode(Losses(decoder, example.sequences())).write(to: URL(filePath: losses))
        let found = runPython(
            [repositoryPath("notebooks-data/reference/check_adapter.py"), arguments[0], losses]
                + arguments.dropFirst())
        #expect(found.succeeded, "\(found.output)")
    }

    @Test(arguments: ["plain", "rslora-all-linear", "patterns", "layers", "opt"])
    func peftReadsOurAdapters(_ name: String) throws {
        let (example, folder) = (AdapterCase(name), try TemporaryFolder())
        let model = repositoryPath(example.model)
        let decoder = try Decoder(ModelSource(path: model)).adapted(by: AdapterFolder(path: example.path))
            .decoder
        try decoder.writeAdapter(to: folder.file("adapter"), base: model)
        try check(decoder, example, in: folder, [folder.file("adapter"), model])
    }

    /// Names of modules that older files leave out, fused and transposed matrices; both parts of a pair at work.
    @Test(arguments: ["gpt2", "gpt_neox", "phi3", "phi", "gemma3"])
    func peftReadsFreshPairs(_ family: String) throws {
        let folder = try TemporaryFolder()
        let model = repositoryPath("notebooks-data/reference/families/\(family)")
        var decoder = try Decoder(ModelSource(path: model))
        try decoder.attachLowRank(rank: 3, alpha: 5, targets: ["all-linear"], isRankStabilized: true, seed: 5)
        var generator = SeededGenerator(seed: 9)
        decoder.visitWeights { name, weight in
            guard name.hasSuffix("lora_B.weight") else { return }
            weight = .tensor(Tensor(generator.floats(weight.shape.count), shape: weight.shape))
        }
        try decoder.writeAdapter(to: folder.file("adapter"), base: model, isRankStabilized: true)
        let example = AdapterCase("plain")
        try check(decoder, example, in: folder, [folder.file("adapter"), model])
    }

    @Test(arguments: [
        "plain", "gpt2-dora", "tied-embedding", "saved-tied-head", "head-with-bias", "phi3-dora",
    ])
    func transformersReadsOurFolders(_ name: String) throws {
        let (example, folder) = (AdapterCase(name), try TemporaryFolder())
        let source = try ModelSource(path: repositoryPath(example.model))
        let decoder = try Decoder(source).adapted(by: AdapterFolder(path: example.path)).decoder
        try decoder.outgoing(from: source, as: .f32, companions: []).write(
            to: folder.file("model"), shardBytes: 20_000)
        try check(decoder, example, in: folder, [folder.file("model")])
    }

    /// A model from GGUF, with the configuration that is made for it.
    @Test(arguments: [
        ("rslora-all-linear", "tiny-llama/gqa-tied.f32.gguf"),
        ("gpt2-bias-all", "families/gpt2/model.f32.gguf"),
    ])
    func transformersReadsWhatWasGGUF(_ name: String, _ gguf: String) throws {
        let (example, folder) = (AdapterCase(name), try TemporaryFolder())
        let source = try ModelSource(path: repositoryPath("notebooks-data/reference/\(gguf)"))
        let decoder = try Decoder(source).adapted(by: AdapterFolder(path: example.path)).decoder
        try decoder.outgoing(from: source, as: .f32, companions: []).write(to: folder.file("model"))
        try check(decoder, example, in: folder, [folder.file("model")])
    }
}

import Foundation
import Kernels
import ModelFiles
import Tensor
import TestSupport
import Testing

@testable import Transformers

/// New tokens against transformers' `resize_token_embeddings`, and adapters of peft that trained them.
@Suite struct NewTokenTests {
    static let folder = "Tests/TransformersTests/Fixtures/new-tokens"

    static func batch() throws -> Batch {
        Batch(try TinyModel.sequences(Reference("\(folder)/resized.safetensors")))
    }

    /// A tiny model with the tokens 64, 65 and 66 added.
    static func grown(_ model: String) throws -> Decoder {
        var decoder = try Decoder(ModelSource(path: repositoryPath("notebooks-data/reference/\(model)")))
        decoder.addTokens([64, 65, 66])
        return decoder
    }

    @Test(arguments: [
        "tiny-llama/gqa-tied", "tiny-llama/untied-bias", "families/gpt2", "families/phi", "families/gemma2",
        "families/opt", "families/gpt_neox",
    ])
    func newRowsAreTheMean(_ model: String) throws {
        let decoder = try Self.grown(model)
        #expect(decoder.vocabulary == 67)
        let losses = decoder.tokenLosses(try Self.batch()).elements
        let reference = try Reference("\(Self.folder)/resized.safetensors")
        let mean = distance(losses, try reference.floats("\(model)/mean.token_nll"))
        #expect(mean.difference <= 1e-5 * mean.scale)
        // transformers' rows are drawn from around that mean.
        let resized = distance(losses, try reference.floats("\(model)/token_nll"))
        #expect(resized.difference <= 1e-3 * resized.scale)
    }

    /// Rows that are there already, but belong to no token yet, become the mean too.
    @Test func paddingRowsBecomeTheMean() throws {
        var decoder = try Decoder(
            ModelSource(path: repositoryPath("notebooks-data/reference/tiny-llama/gqa-tied")))
        let before = decoder.embedded([7, 63])
        decoder.addTokens([63, 64])
        let after = decoder.embedded([7, 63, 64]).elements
        let width = decoder.dModel
        #expect(decoder.vocabulary == 65)
        #expect(Array(after[..<width]) == Array(before.elements[..<width]))
        #expect(Array(after[width..<2 * width]) == Array(after[(2 * width)...]))
        #expect(Array(after[width..<2 * width]) != Array(before.elements[width...]))
    }

    @Test(arguments: [
        "rows-tied", "rows-untied", "rows-of-both", "rows-gpt2", "saved-untied", "saved-kept-tied",
    ])
    func adaptersOfPeftMatch(_ name: String) throws {
        struct Configuration: Decodable { let base_model_name_or_path: String }
        let path = repositoryPath("\(Self.folder)/\(name)")
        let base = try JSONDecoder().decode(
            Configuration.self, from: Data(contentsOf: URL(filePath: "\(path)/adapter_config.json"))
        ).base_model_name_or_path
        let decoder = try Self.grown(base).adapted(by: AdapterFolder(path: path)).decoder
        let found = distance(
            decoder.tokenLosses(try Self.batch()).elements,
            try Reference("\(Self.folder)/\(name)/reference.safetensors").floats("token_nll"))
        #expect(found.difference <= 1e-5 * found.scale, "\(found)")
    }

    /// What is trained and saved with pairs comes back.
    @Test(arguments: ["tiny-llama/gqa-tied", "tiny-llama/untied-bias", "families/gpt2"])
    func savedEmbeddingsComeBack(_ model: String) throws {
        let decoder = try Self.changed(model)
        let folder = try TemporaryFolder()
        try decoder.writeAdapter(to: folder.file("adapter"), base: model)
        let read = try Self.grown(model).adapted(by: AdapterFolder(path: folder.file("adapter"))).decoder
        #expect((read.head == nil) == (decoder.head == nil))
        let batch = try Self.batch()
        #expect(read.tokenLosses(batch).elements == decoder.tokenLosses(batch).elements)
    }

    /// A grown model with LoRA pairs, and an embedding and a head as training would have changed them.
    static func changed(_ model: String) throws -> Decoder {
        var decoder = try grown(model)
        try decoder.attachLowRank(rank: 2, alpha: 4, seed: 1)
        decoder.trainEmbeddings()
        var generator = SeededGenerator(seed: 5)
        let saved = decoder.savedWithPairs
        decoder.visitWeights { name, weight in
            guard saved.contains(name) || name.hasSuffix("lora_B.weight") else { return }
            let values = weight.numbers.map { $0 + Float.random(in: -0.2...0.2, using: &generator) }
            weight = .tensor(Tensor(values, shape: weight.shape))
        }
        return decoder
    }
}

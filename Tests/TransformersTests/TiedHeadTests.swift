import Foundation
import Kernels
import ModelFiles
import Tensor
import TestSupport
import Testing

@testable import Transformers

/// A head in the files of a model whose configuration says that it is the embedding.
@Suite struct TiedHeadTests {
    private static let families = "notebooks-data/reference/families"
    private static let tied = "\(families)/llama-linear"

    /// A model with changed tensors, in a folder with one file or with several and an index.
    private func write(
        _ folder: TemporaryFolder, from path: String = Self.tied, shardBytes: Int = 1 << 30,
        _ change: ([String: StoredTensor]) -> [String: (shape: [Int], values: [Float])]
    ) throws -> String {
        let source = try ModelSource(path: repositoryPath(path))
        let tensors = change(source.tensors).sorted { $0.key < $1.key }.map { name, tensor in
            OutgoingTensor(name: name, shape: tensor.shape) { tensor.values }
        }
        let configuration = settingJSON("tie_word_embeddings", to: "true", in: source.configuration)
        let target = folder.file("model")
        try OutgoingModel(configuration: configuration, tensors: tensors, type: .f32, companions: [])
            .write(to: target, shardBytes: shardBytes)
        return target
    }

    private func plain(_ tensors: [String: StoredTensor]) -> [String: (shape: [Int], values: [Float])] {
        tensors.mapValues { ($0.shape, $0.matrix.expanded()) }
    }

    private func losses(_ model: Decoder) throws -> [Float] {
        let reference = try Reference("\(Self.tied)/reference.safetensors")
        return model.tokenLosses(Batch(try TinyModel.sequences(reference))).elements
    }

    @Test(arguments: [1 << 30, 10_000])
    func aHeadThatDiffersIsUsed(_ shardBytes: Int) throws {
        let folder = try TemporaryFolder()
        let path = try write(folder, shardBytes: shardBytes) { tensors in
            var changed = plain(tensors)
            changed["lm_head.weight"] = changed["model.embed_tokens.weight"].map {
                (shape: $0.shape, values: $0.values.map { -$0 })
            }
            return changed
        }
        let model = try Decoder(ModelSource(path: path))
        let tied = try Decoder(ModelSource(path: repositoryPath(Self.tied)))
        #expect(model.head != nil && model.notes.count == 1 && model.notes[0].contains("lm_head.weight"))
        #expect(try losses(model) != losses(tied))
        var negated = tied
        negated.head = .tensor(Tensor(tied.embedding.numbers.map { -$0 }, shape: tied.embedding.shape))
        let found = distance(try losses(model), try losses(negated))
        #expect(found.difference <= 1e-6 * found.scale)
        // What is written back says so, and computes the same.
        let source = try ModelSource(path: path)
        let written = folder.file("written")
        try model.outgoing(from: source, as: .f32, companions: []).write(to: written)
        let again = try Decoder(ModelSource(path: written))
        #expect(again.notes.isEmpty && again.head != nil)
        #expect(try losses(again) == losses(model))
    }

    @Test func anEqualHeadStaysTied() throws {
        let folder = try TemporaryFolder()
        let path = try write(folder) { tensors in
            var changed = plain(tensors)
            changed["lm_head.weight"] = changed["model.embed_tokens.weight"]
            return changed
        }
        let model = try Decoder(ModelSource(path: path))
        #expect(model.head == nil && model.notes.isEmpty)
    }

    @Test func aHeadAloneIsTheEmbeddingToo() throws {
        let folder = try TemporaryFolder()
        let path = try write(folder) { tensors in
            var changed = plain(tensors)
            changed["lm_head.weight"] = changed.removeValue(forKey: "model.embed_tokens.weight")
            return changed
        }
        let model = try Decoder(ModelSource(path: path))
        #expect(model.head == nil)
        #expect(try losses(model) == losses(Decoder(ModelSource(path: repositoryPath(Self.tied)))))
    }

    /// The families whose models have a head of their own: that is used, whatever their configuration says.
    @Test(arguments: [
        "gpt_neox", "mistral", "olmo2", "phi", "phi3", "qwen3", "stablelm",
    ])
    func everyFamilyKeepsItsHead(_ family: String) throws {
        let folder = try TemporaryFolder()
        let path = try write(folder, from: "\(Self.families)/\(family)") { plain($0) }
        let model = try Decoder(ModelSource(path: path))
        #expect(model.head != nil && model.notes.count == 1)
        let untied = try Decoder(ModelSource(path: repositoryPath("\(Self.families)/\(family)")))
        #expect(try losses(model) == losses(untied))
    }
}

import Foundation
import Kernels

/// A model on disk: a folder in Hugging Face layout, or a GGUF file, behind the same names.
///
/// Opening reads headers only; weights stay mapped in their files until they are expanded.
public struct ModelSource: Sendable {
    /// The folder or file that was opened.
    public let path: String
    /// JSON with the keys of a Hugging Face `config.json`; written from the metadata for a GGUF file. For a GPT-2 of
    /// that kind it has `"sft_probe_conv1d_transposed": true`: the matrices of its blocks are [out, in], while those
    /// of a folder are [in, out].
    public let configuration: [UInt8]
    /// The tensors by their Hugging Face name. Of a GGUF file names are translated, to those that
    /// transformers 5 uses in memory, and what the converter did to the numbers is undone.
    public let tensors: [String: StoredTensor]
    /// Where the vocabulary is.
    public let vocabulary: TokenizerSource
    /// Every file with weights, for hashing.
    public let files: [String]
    /// What was decided when they were opened, in sentences without a stop.
    public let notes: [String]
    /// How many tensors are stored in each format, by the format's name in capitals.
    public var formats: [String: Int] {
        Dictionary(tensors.values.map { ($0.matrix.format.rawValue.uppercased(), 1) }, uniquingKeysWith: +)
    }

    /// Opens the model at `path`: a folder with `config.json` and safetensors, a `.gguf` file, or a folder with one.
    public init(path: String) throws(ModelFileError) {
        var isFolder: ObjCBool = false
        guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw .missing(path: path, advice: "name a model folder, a .gguf file or a model in the cache")
        }
        guard isFolder.boolValue else {
            guard !path.hasSuffix(".safetensors") else {
                throw .unsupported(
                    path: path, place: "model", found: "a single safetensors file",
                    supported: ["the folder that holds it, with its config.json"])
            }
            try self.init(gguf: GGUF(model: path))
            return
        }
        if let gguf = try onlyGGUF(in: path) {
            try self.init(gguf: GGUF(model: gguf))
        } else {
            try self.init(folder: path)
        }
    }

    init(
        path: String, configuration: [UInt8], tensors: [String: StoredTensor], vocabulary: TokenizerSource,
        files: [String], notes: [String] = []
    ) {
        self.path = path
        self.configuration = configuration
        self.tensors = tensors
        self.vocabulary = vocabulary
        self.files = files
        self.notes = notes
    }
}

extension ModelSource {
    /// The same files with a tensor under another name; one that had this name already stays.
    package func renaming(_ name: String, to other: String) -> ModelSource {
        var renamed = tensors
        let tensor = renamed.removeValue(forKey: name)
        renamed[other] = renamed[other] ?? tensor
        return ModelSource(
            path: path, configuration: configuration, tensors: renamed, vocabulary: vocabulary, files: files,
            notes: notes)
    }

    /// The same files with another configuration.
    package func configured(_ configuration: Configuration) -> ModelSource {
        ModelSource(
            path: path, configuration: configuration.json, tensors: tensors, vocabulary: vocabulary,
            files: files,
            notes: notes)
    }
}

/// The one GGUF file of a folder without `config.json`; nil if it has neither.
private func onlyGGUF(in folder: String) throws(ModelFileError) -> String? {
    let names: [String]
    do {
        names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
        throw .unreadable(path: folder, reason: error.localizedDescription)
    }
    let found = names.filter { name in
        name.hasSuffix(".gguf") && (GGUFPartName(name)?.number ?? 1) == 1  // later parts go with the first
    }.sorted()
    guard !names.contains("config.json"), let first = found.first else { return nil }
    guard found.count == 1 else {
        throw .unsupported(
            path: folder, place: "folder", found: "a choice of \(found.count) GGUF files",
            supported: found.map { "\(folder)/\($0)" })
    }
    return "\(folder)/\(first)"
}

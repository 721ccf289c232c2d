import Foundation
import Kernels

/// The parts of a Hugging Face model folder.
extension ModelSource {
    init(folder: String) throws(ModelFileError) {
        let path = "\(folder)/config.json"
        let config = try map(
            path, ifMissing: "name a model folder with config.json and safetensors, or a .gguf file")
        guard config.count <= 16 << 20 else {
            throw .malformed(
                path: path, place: "its size", expected: "at most \(16 << 20) bytes", found: "\(config.count)"
            )
        }
        let (tensors, files, notes) = try folderTensors(folder)
        self.init(
            path: folder, configuration: config.bytes(in: 0..<config.count), tensors: tensors,
            vocabulary: .tokenizerJSON(path: "\(folder)/tokenizer.json"), files: files, notes: notes)
    }
}

/// Buffers that old checkpoints carry beside their weights: masks and tables that follow from the configuration.
private let bufferEndings = [
    ".attn.bias", ".attn.masked_bias", ".attention.bias", ".attention.masked_bias", ".rotary_emb.inv_freq",
    ".position_ids",
]

private func isBuffer(_ name: String) -> Bool {
    bufferEndings.contains { name.hasSuffix($0) }
}

/// The tensors of `model.safetensors`, or of every file that the index names.
private func folderTensors(
    _ folder: String
) throws(ModelFileError) -> (tensors: [String: StoredTensor], files: [String], notes: [String]) {
    let single = "\(folder)/model.safetensors"
    let index = "\(folder)/model.safetensors.index.json"
    let exists = FileManager.default.fileExists(atPath:)
    guard !exists(single), exists(index) else {
        let advice =
            "a model folder needs it, or an index of several; convert other formats with transformers' save_pretrained"
        guard exists(single) else { throw .missing(path: single, advice: advice) }
        return (try Safetensors(path: single, ignoring: isBuffer).tensors, [single], [])
    }
    let places = try weightMap(index)
    let files = Set(places.values).sorted().map { "\(folder)/\($0)" }
    var (tensors, passedOver) = ([String: StoredTensor](), [String]())
    for file in files {
        for (name, tensor) in try Safetensors(path: file, ignoring: isBuffer).tensors {
            if places[name].map({ "\(folder)/\($0)" }) == file {
                tensors[name] = tensor
            } else {
                passedOver.append(name)
            }
        }
    }
    for (name, file) in places.sorted(by: { $0.key < $1.key }) where !isBuffer(name) {
        guard tensors[name]?.file == "\(folder)/\(file)" else {
            throw .malformed(
                path: index, place: "tensor \(name)", expected: "it in \(file)", found: "no such tensor there"
            )
        }
    }
    guard let first = passedOver.min() else { return (tensors, files, []) }
    return (
        tensors, files,
        [
            "tensors that are not where the index has them are passed over: \(passedOver.count), such as \(first)"
        ]
    )
}

/// Which file holds which tensor, by the index: names of files in the same folder.
private func weightMap(_ path: String) throws(ModelFileError) -> [String: String] {
    struct Index: Decodable { let weight_map: [String: String] }
    let file = try map(path)
    let index: Index
    do {
        index = try JSONDecoder().decode(Index.self, from: Data(file.bytes(in: 0..<file.count)))
    } catch {
        throw .malformed(
            path: path, place: "weight_map", expected: "an object of names of files", found: "something else")
    }
    for (name, file) in index.weight_map
    where file.isEmpty || file.contains("/") || file.contains("\0") || file.hasPrefix(".") {
        throw .malformed(
            path: path, place: "tensor \(name)", expected: "a file in the same folder", found: "\"\(file)\"")
    }
    return index.weight_map
}

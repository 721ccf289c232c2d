import Foundation
import Kernels

/// A model on its way to a folder in Hugging Face layout.
public struct OutgoingModel {
    /// `config.json` as it should be, but for the type of the numbers.
    public var configuration: [UInt8]
    /// Its tensors, in the order of the files.
    public var tensors: [OutgoingTensor]
    /// The type of the numbers.
    public var type: NumberType
    /// Files to lay beside them, such as those of the tokenizer.
    public var companions: [String]
    /// Companions, by name, whose contents are to be others than those of their files.
    public var changed: [String: [UInt8]] = [:]

    /// A model of these parts.
    public init(
        configuration: [UInt8], tensors: [OutgoingTensor], type: NumberType, companions: [String]
    ) {
        (self.configuration, self.tensors, self.type, self.companions) = (
            configuration, tensors, type, companions
        )
    }

    /// Writes the folder, whole or not at all: `config.json`, the tensors as `model.safetensors` or as several files
    /// with an index, and the companions.
    ///
    /// - Parameters:
    ///   - path: A folder that is not there yet, or is empty.
    ///   - shardBytes: The most bytes of tensors in a file, but for a tensor that is larger by itself.
    public func write(to path: String, shardBytes: Int = 5_000_000_000) throws(ModelFileError) {
        try writeFolderAtomically(to: path) { (folder) throws(ModelFileError) in
            try writeAtomically(configurationWithType, to: "\(folder)/config.json")
            try copyFiles(companions, changed: changed, to: folder)
            try write(shards(of: shardBytes), to: folder)
        }
    }

    /// The tensors file by file.
    private func shards(of bytes: Int) -> [[OutgoingTensor]] {
        var shards: [[OutgoingTensor]] = [[]]
        var filled = 0
        for tensor in tensors {
            let size = tensor.count * type.byteCount
            if filled + size > bytes, !shards[shards.count - 1].isEmpty {
                shards.append([])
                filled = 0
            }
            shards[shards.count - 1].append(tensor)
            filled += size
        }
        return shards
    }

    private func write(_ shards: [[OutgoingTensor]], to folder: String) throws(ModelFileError) {
        var places: Configuration = [:]
        for (index, shard) in shards.enumerated() {
            func number(_ value: Int) -> String { String(format: "%05d", value) }
            let name =
                shards.count == 1
                ? "model.safetensors" : "model-\(number(index + 1))-of-\(number(shards.count)).safetensors"
            try writeSafetensors(shard, as: type, metadata: ["format": "pt"], to: "\(folder)/\(name)")
            for tensor in shard { places[tensor.name] = .text(name) }
        }
        guard shards.count > 1 else { return }
        let size = tensors.reduce(0) { $0 + $1.count * type.byteCount }
        let index: Configuration = [
            "metadata": .object(["total_size": .integer(size)]), "weight_map": .object(places),
        ]
        try writeAtomically(index.json, to: "\(folder)/model.safetensors.index.json")
    }

    /// `config.json` with the type of the numbers in it, in the spelling that it has.
    private var configurationWithType: [UInt8] {
        let text = String(decoding: configuration, as: UTF8.self)
        let key = text.contains("\"dtype\"") ? "dtype" : "torch_dtype"
        return settingJSON(key, to: "\"\(type.torchName)\"", in: configuration)
    }
}

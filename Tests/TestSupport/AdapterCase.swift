import Foundation
public import Transformers

/// An adapter that peft made for a tiny model, and what peft computes with both.
public struct AdapterCase: Sendable, CustomStringConvertible {
    /// The adapter's folder.
    public let name: String
    /// What a test calls it.
    public var description: String { name }
    /// The adapter's folder.
    public var path: String { repositoryPath("\(Self.folder)/\(name)") }
    /// The model's folder, from the root of the repository.
    public let model: String

    private static let folder = "notebooks-data/reference/adapters"

    /// Every adapter, by name.
    public static let all: [AdapterCase] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: repositoryPath(folder))) ?? []
        return names.sorted().map { AdapterCase($0) }
    }()

    /// The adapter in this folder.
    public init(_ name: String) {
        struct Configuration: Decodable { let base_model_name_or_path: String }
        let path = repositoryPath("\(Self.folder)/\(name)/adapter_config.json")
        let base = (try? Data(contentsOf: URL(filePath: path))).flatMap {
            try? JSONDecoder().decode(Configuration.self, from: $0)
        }
        self.name = name
        model = "notebooks-data/reference/\(base?.base_model_name_or_path ?? "(none)")"
    }

    /// The sequences that the losses are of.
    public func sequences() throws -> [TokenSequence] {
        try TinyModel.sequences(Reference("\(model)/reference.safetensors"))
    }

    /// The losses of all supervised tokens.
    public func losses() throws -> [Float] {
        try Reference("\(Self.folder)/\(name)/reference.safetensors").floats("token_nll")
    }
}

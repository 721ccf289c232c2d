import Foundation

/// A tiny random model of some family and what PyTorch computes with it.
public struct FamilyModel: Sendable, CustomStringConvertible {
    /// The family's folder.
    public let name: String
    /// What a test calls it.
    public var description: String { name }
    /// The model's folder or file, from the root of the repository.
    public let model: String
    /// Its reference file.
    public let reference: String

    private static let folder = "notebooks-data/reference/families"

    /// Every family's model, in Hugging Face layout.
    public static let folders: [FamilyModel] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: repositoryPath(folder))) ?? []
        return names.sorted().map {
            FamilyModel(
                name: $0, model: "\(folder)/\($0)", reference: "\(folder)/\($0)/reference.safetensors")
        }.filter { FileManager.default.fileExists(atPath: repositoryPath($0.reference)) }
    }()

    /// The same models as GGUF, where there is one.
    public static let ggufs: [FamilyModel] = folders.map {
        FamilyModel(name: $0.name + ".gguf", model: $0.model + "/model.f32.gguf", reference: $0.reference)
    }.filter { FileManager.default.fileExists(atPath: repositoryPath($0.model)) }
}

public import Transformers

/// A tiny random model and what PyTorch computes with it.
public struct TinyModel: Sendable, CustomStringConvertible {
    /// The model's folder or file, from the root of the repository.
    public let model: String
    /// Its reference file.
    public let reference: String
    /// What a test calls it.
    public var description: String { model }

    private static let folder = "notebooks-data/reference/tiny-llama/"

    /// Every tiny model, with the file that holds its reference.
    public static let all = [
        TinyModel(model: folder + "gqa-tied", reference: folder + "gqa-tied/reference.safetensors"),
        TinyModel(model: folder + "untied-bias", reference: folder + "untied-bias/reference.safetensors"),
        TinyModel(model: folder + "gqa-bf16", reference: folder + "gqa-bf16/reference.safetensors"),
        TinyModel(model: folder + "gqa-tied.f32.gguf", reference: folder + "gqa-tied/reference.safetensors"),
        TinyModel(
            model: folder + "gqa-tied.q8_0.gguf", reference: folder + "gqa-tied.q8_0.reference.safetensors"),
    ]

    /// The sequences of a reference and their marks.
    public static func sequences(_ reference: Reference) throws -> [TokenSequence] {
        let (ids, marks) = try (reference.ints("input_ids"), reference.ints("supervised"))
        var start = 0
        return try reference.ints("lengths").map { length in
            defer { start += Int(length) }
            let range = start..<start + Int(length)
            return TokenSequence(ids: Array(ids[range]), supervised: marks[range].map { $0 != 0 })
        }
    }
}

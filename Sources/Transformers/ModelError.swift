/// Why a model's files do not make a model.
public enum ModelError: Error, Equatable, CustomStringConvertible {
    /// `config.json`, or what a GGUF file says instead, lacks something or holds something else than it should.
    case configuration(path: String, key: String, expected: String, found: String)
    /// The family is none that is read here.
    case unsupportedFamily(path: String, found: String, supported: [String])
    /// A tensor that the model needs is not there.
    case missingTensor(path: String, tensor: String, nearest: [String])
    /// A tensor is there that the model has no place for.
    case unexpectedTensor(path: String, tensor: String)
    /// A tensor has another shape than the configuration says.
    case shape(path: String, tensor: String, expected: [Int], found: [Int])

    /// One sentence for the user.
    public var description: String {
        switch self {
        case .configuration(let path, let key, let expected, let found):
            "\(path), configuration value \(key): expected \(expected), found \(found); check that the model's files "
                + "belong together."
        case .unsupportedFamily(let path, let found, let supported):
            "\(path): the model type \(found) is not supported; supported are \(supported.joined(separator: ", "))."
        case .missingTensor(let path, let tensor, let nearest):
            "\(path) has no tensor \(tensor)"
                + (nearest.isEmpty ? "" : " (nearest: \(nearest.joined(separator: ", ")))")
                + "; fetch the model again, or check that its config.json belongs to it."
        case .unexpectedTensor(let path, let tensor):
            "\(path), tensor \(tensor): the model has no place for it; check that its config.json belongs to it."
        case .shape(let path, let tensor, let expected, let found):
            "\(path), tensor \(tensor): expected shape \(expected), found \(found); check that its config.json "
                + "belongs to it."
        }
    }
}

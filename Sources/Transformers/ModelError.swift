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
            "\(path): the model type \(found) is not supported; supported are \(supported.joined(separator: ", ")); "
                + "the nearest name is \(nearest(to: found, among: supported))."
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

/// The name with the fewest letters to change, insert or leave out.
private func nearest(to name: String, among names: [String]) -> String {
    func distance(_ a: [Character], _ b: [Character]) -> Int {
        var row = Array(0...b.count)
        for (i, letter) in a.enumerated() {
            var before = row[0]
            row[0] = i + 1
            for j in b.indices {
                (before, row[j + 1]) = (
                    row[j + 1], min(before + (letter == b[j] ? 0 : 1), row[j] + 1, row[j + 1] + 1)
                )
            }
        }
        return row[b.count]
    }
    return names.min { distance(Array(name), Array($0)) < distance(Array(name), Array($1)) } ?? "none"
}

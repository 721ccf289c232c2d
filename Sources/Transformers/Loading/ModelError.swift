/// Why a model could not be loaded.
public enum ModelError: Error, Equatable, CustomStringConvertible {
    /// `config.json`, or what a GGUF file says instead, lacks something or holds something else than it should.
    case configuration(path: String, key: String, expected: String, found: String)
    /// The model family is not supported.
    case unsupportedFamily(path: String, found: String, supported: [String])
    /// A tensor that the model needs is missing.
    case missingTensor(path: String, tensor: String, nearest: [String])
    /// The files have a tensor that the model does not use.
    case unexpectedTensor(path: String, tensor: String)
    /// A tensor's shape contradicts the configuration.
    case shape(path: String, tensor: String, expected: [Int], found: [Int])
    /// An adapter's tensors are not those that its configuration implies for the model.
    case adapter(path: String, base: String?, missing: [String], unexpected: [String])
    /// No projection's name ends like a target of the adapter.
    case target(name: String, available: [String])

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
        case .adapter(let path, let base, let missing, let unexpected):
            "\(path) does not fit the model: "
                + [
                    missing.isEmpty ? nil : "it lacks \(some(of: missing))",
                    unexpected.isEmpty ? nil : "it has \(some(of: unexpected)), for which there is no place",
                ].compactMap { $0 }.joined(separator: ", and ")
                + "\(hint(missing, unexpected)); check that its adapter_config.json belongs to it, and that "
                + (base.map { "the model is the one that it was made for (\($0))." }
                    ?? "it was made for this model.")
        case .target(let name, let available):
            "No linear layer's name ends in \(name); there are \(available.joined(separator: ", ")), and "
                + "all-linear for every one of them."
        }
    }
}

/// The first of some names, and how many more there are.
private func some(of names: [String]) -> String {
    let shown = names.prefix(4).joined(separator: ", ")
    return names.count > 4 ? "\(shown) and \(names.count - 4) more" : shown
}

/// The existing name most similar to a missing one.
private func hint(_ missing: [String], _ unexpected: [String]) -> String {
    guard let first = missing.first, !unexpected.isEmpty else { return "" }
    return " (nearest to \(first) is \(nearest(to: first, among: Array(unexpected.prefix(200)))))"
}

/// The name with the smallest edit distance.
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

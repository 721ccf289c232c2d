/// Why a model's files do not make a model.
public enum ModelError: Error, Equatable, CustomStringConvertible {
    /// `config.json`, or what a GGUF file says instead, lacks something or holds something else than it should.
    case configuration(path: String, key: String, expected: String, found: String)
    /// The family is none that is read here.
    case unsupportedFamily(path: String, found: String, supported: [String])
    /// A value of the configuration changes what the model computes, and is not read here.
    case unreadKey(path: String, key: String, found: String)
    /// A tensor that the model needs is not there.
    case missingTensor(path: String, tensor: String, nearest: [String])
    /// A tensor is there that the model has no place for.
    case unexpectedTensor(path: String, tensor: String)
    /// A tensor has another shape than the configuration says.
    case shape(path: String, tensor: String, expected: [Int], found: [Int])
    /// An adapter's tensors are not those of the modules that its configuration means in the model.
    case adapter(path: String, base: String?, missing: [String], unexpected: [String])
    /// An expression of an adapter's configuration takes too long.
    case slowExpression(path: String, expression: String)
    /// No layer's name ends as a target of an adapter does.
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
        case .unreadKey(let path, let key, let found):
            "\(path), configuration value \(key): \(found) would change what the model computes, and is not supported here; "
                + (key.hasPrefix("quant") || key.hasPrefix("compress")
                    ? "give the model in bf16 or f32, dequantized, or as a .gguf file."
                    : "remove it if it does not belong to this model.")
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
        case .slowExpression(let path, let expression):
            "\(path): the expression \(expression), of target_modules, exclude_modules, modules_to_save, "
                + "layers_pattern, rank_pattern or alpha_pattern, takes more than a second for one module name; "
                + "simplify it."
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

/// Which of the names that are there is most like one that is not.
private func hint(_ missing: [String], _ unexpected: [String]) -> String {
    guard let first = missing.first, !unexpected.isEmpty else { return "" }
    return " (nearest to \(first) is \(nearest(to: first, among: Array(unexpected.prefix(200)))))"
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

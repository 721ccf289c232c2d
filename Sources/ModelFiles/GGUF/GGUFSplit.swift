import Kernels

extension GGUF {
    /// The model in the file at `path`, or in the several files of which it is one.
    init(model path: String) throws(ModelFileError) {
        let named = try GGUF(path: path)
        let count = try named.integer("split.count") ?? 1
        guard count > 1 else {
            self = named
            return
        }
        guard let name = GGUFPartName(path), name.count == count else {
            throw .malformed(
                path: path, place: "metadata value split.count",
                expected:
                    "a file name that ends in the number of the part and of \(count) parts, as -00001-of-"
                    + GGUFPartName.padded(count) + ".gguf", found: "another name")
        }
        self = try GGUF(parts: name)
    }

    /// All parts together: the metadata of the first, the tensors of each.
    private init(parts name: GGUFPartName) throws(ModelFileError) {
        var parts: [GGUF] = []
        for number in 1...name.count {
            let path = name.path(number)
            let part = try GGUF(
                path: path, ifMissing: "the model has \(name.count) parts, put all in one folder")
            let (index, count) = (try part.integer("split.no"), try part.integer("split.count"))
            guard index == number - 1, count == name.count else {
                throw .malformed(
                    path: path, place: "metadata", expected: "part \(number - 1) of \(name.count), from 0",
                    found: "part \(index.map(String.init) ?? "?") of \(count.map(String.init) ?? "?")")
            }
            parts.append(part)
        }
        let tensors = parts.flatMap(\.tensors)
        var places: [String: String] = [:]
        for tensor in tensors {
            guard let other = places.updateValue(tensor.file.path, forKey: tensor.name) else { continue }
            throw .malformed(
                path: tensor.file.path, place: "tensor \(tensor.name)", expected: "it in one part",
                found: "it in \(other) too")
        }
        if let total = try parts[0].integer("split.tensors.count"), total != tensors.count {
            throw .malformed(
                path: name.path(1), place: "metadata value split.tensors.count",
                expected: "\(total) tensors in all parts", found: "\(tensors.count)")
        }
        self.init(
            file: parts[0].file, metadata: parts[0].metadata, tensors: tensors, files: parts.flatMap(\.files))
    }
}

/// The name of a part of a model: `<stem>-00002-of-00005.gguf`.
struct GGUFPartName {
    let stem: String
    let number: Int, count: Int

    /// The parts of a path, or nil if it is not the name of a part.
    init?(_ path: String) {
        let match = path.wholeMatch(of: /(.*)-(\d{5})-of-(\d{5})\.gguf/)
        guard let match, let number = Int(match.2), let count = Int(match.3),
            (1...max(count, 1)).contains(number)
        else { return nil }
        (stem, self.number, self.count) = (String(match.1), number, count)
    }

    /// The path of another part.
    func path(_ number: Int) -> String { "\(stem)-\(Self.padded(number))-of-\(Self.padded(count)).gguf" }

    static func padded(_ number: Int) -> String {
        String(repeating: "0", count: max(0, 5 - "\(number)".count)) + "\(number)"
    }
}

import Kernels
public import ModelFiles
import Tensor

extension Weighted {
    /// Loads every weight from a model's open files: vectors as floats, matrices in their file's format.
    ///
    /// - Parameters:
    ///   - prefix: A prefix of each name in the files.
    ///   - isRedundant: Which tensors of the files may be unused.
    mutating func load(
        _ source: ModelSource, prefix: String = "", isRedundant: (String) -> Bool
    ) throws(ModelError) {
        var unused = Set(source.tensors.keys)
        try visitWeights { (name, weight) throws(ModelError) in
            let name = prefix + name
            guard let stored = source.tensors[name] else {
                throw .missingTensor(path: source.path, tensor: name, nearest: nearest(to: name, in: unused))
            }
            guard stored.shape == weight.shape.axes else {
                throw .shape(
                    path: stored.file, tensor: name, expected: weight.shape.axes, found: stored.shape)
            }
            weight =
                stored.shape.count == 1
                ? .tensor(Tensor(stored.matrix.expanded(), shape: weight.shape)) : .stored(stored.matrix)
            unused.remove(name)
        }
        if let name = unused.filter({ !isRedundant(String($0.dropFirst(prefix.count))) }).min() {
            throw .unexpectedTensor(path: source.path, tensor: name)
        }
    }
}

extension Decoder {
    /// The model in open files, with its matrices in their file's format.
    public init(_ source: ModelSource) throws(ModelError) {
        try requireBounded(source)
        self = try Transformers.decoder(of: source)
        try load(separatingHead(of: source)) { name in
            // Older files keep the rotary frequencies, which follow from the configuration.
            name.hasSuffix(".rotary_emb.inv_freq")
        }
    }
}

/// The names that share the longest end with `name`: at most three.
private func nearest(to name: String, in names: Set<String>) -> [String] {
    let words = name.split(separator: ".")
    func likeness(_ other: String) -> Int { Set(other.split(separator: ".")).intersection(words).count }
    return Array(
        names.filter { likeness($0) > 1 }.sorted { (likeness($1), $0) < (likeness($0), $1) }.prefix(3))
}

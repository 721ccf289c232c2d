import Kernels

/// The extents that the metadata of every architecture has, checked against each other.
struct GGUFExtents: Sendable {
    let width: Int, layers: Int, feedForward: Int, context: Int, vocabulary: Int
    let heads: Int, keyValueHeads: Int
    /// The width of a head, and how much of it rotates.
    let headDimension: Int, rotated: Int
}

extension GGUF {
    /// The value of a key of the architecture: at least 1, and of a size that models have.
    func count(_ key: String, limit: Int = 1 << 24) throws(ModelFileError) -> Int {
        let key = try self.key(key)
        let value = try required(key, integer(key))
        guard (1...limit).contains(value) else {
            throw .malformed(
                path: file.path, place: "metadata value \(key)", expected: "1 to \(limit)", found: "\(value)")
        }
        return value
    }

    /// The extents of a file with this vocabulary.
    func extents(_ vocabulary: GGUFVocabulary) throws(ModelFileError) -> GGUFExtents {
        let (width, heads) = (try count("embedding_length"), try count("attention.head_count"))
        let headDimension = try headDimension(width: width, heads: heads)
        let hasKeyValueHeads = metadata[try key("attention.head_count_kv")] != nil
        return GGUFExtents(
            width: width, layers: try count("block_count", limit: 1 << 16),
            feedForward: try count("feed_forward_length"),
            context: try count("context_length", limit: 1 << 30), vocabulary: try vocabularySize(vocabulary),
            heads: heads, keyValueHeads: hasKeyValueHeads ? try count("attention.head_count_kv") : heads,
            headDimension: headDimension, rotated: try rotated(of: headDimension))
    }

    /// The width of a head: written in the file, or the model's width over the number of heads.
    private func headDimension(width: Int, heads: Int) throws(ModelFileError) -> Int {
        let keyLength = try key("attention.key_length")
        let written = try metadata[keyLength] == nil ? nil : count("attention.key_length")
        let dimension = written ?? width / heads
        guard dimension > 0, dimension.isMultiple(of: 2), written != nil || width.isMultiple(of: heads) else {
            throw .malformed(
                path: file.path, place: "metadata value \(try key("attention.head_count"))",
                expected: "heads of an even width within \(width)", found: "\(heads) heads of \(dimension)")
        }
        let values = try integer(key("attention.value_length")) ?? dimension
        guard values == dimension else {
            throw .unsupported(
                path: file.path, place: "metadata", found: "a head of \(dimension) with values of \(values)",
                supported: ["models whose keys and values have one width"])
        }
        return dimension
    }

    private func rotated(of dimension: Int) throws(ModelFileError) -> Int {
        let rotated = try integer(key("rope.dimension_count")) ?? dimension
        guard rotated > 0, rotated.isMultiple(of: 2), rotated <= dimension else {
            throw .malformed(
                path: file.path, place: "metadata value \(try key("rope.dimension_count"))",
                expected: "an even number up to \(dimension)", found: "\(rotated)")
        }
        return rotated
    }

    /// The rows of the embedding, which may be padded beyond the tokens but never fewer.
    private func vocabularySize(_ vocabulary: GGUFVocabulary) throws(ModelFileError) -> Int {
        let embedding = tensor("token_embd.weight")
        guard let embedding, embedding.rows >= vocabulary.tokens.count else {
            throw .malformed(
                path: file.path, place: "tensor token_embd.weight",
                expected: "a row for each of \(vocabulary.tokens.count) tokens",
                found: embedding.map { "\($0.rows) rows" } ?? "no such tensor")
        }
        return embedding.rows
    }

    /// The tensor of this name, if there is one.
    func tensor(_ name: String) -> Tensor? { tensors.first { $0.name == name } }

    /// A key of the file's own architecture.
    func key(_ rest: String) throws(ModelFileError) -> String {
        "\(try required("general.architecture", text("general.architecture"))).\(rest)"
    }
}

/// What a projection of a layer is for.
public enum ProjectionRole: String, CaseIterable, Sendable {
    /// Queries.
    case query = "q"
    /// Keys.
    case key = "k"
    /// Values.
    case value = "v"
    /// Queries, keys and values in one matrix, as some families store them.
    case queryKeyValue = "qkv"
    /// The output of attention.
    case output = "o"
    /// The gate of a gated MLP.
    case gate
    /// What enters the nonlinearity, or is gated.
    case up
    /// Gate and up in one matrix.
    case gateUp = "gate_up"
    /// The output of the MLP.
    case down

    /// Whether attention's own products need not be computed again where this projection alone has changed.
    public var isAfterHeads: Bool {
        switch self {
        case .query, .key, .value, .queryKeyValue: false
        case .output, .gate, .up, .gateUp, .down: true
        }
    }
}

/// A projection's place in a model.
public struct ProjectionPlace: Sendable, Hashable {
    /// The path in the model's files, without `.weight`.
    public let path: String
    /// The layer.
    public let layer: Int
    /// What it is for.
    public let role: ProjectionRole
}

extension Decoder {
    /// The projections of all layers, in the order of the forward pass.
    public var projections: [ProjectionPlace] {
        var (copy, paths) = (self, [String]())
        copy.visitProjections { path, _ in paths.append(path) }
        let places = blocks.enumerated().flatMap { layer, block in
            (block.attention.roles + block.feedForward.roles).map { (layer, $0) }
        }
        return zip(paths, places).map { ProjectionPlace(path: $0, layer: $1.0, role: $1.1) }
    }
}

extension Decoder {
    /// How many weights each projection has, without its bias, by path.
    public var projectionSizes: [String: Int] {
        var (copy, sizes) = (self, [String: Int]())
        copy.visitProjections { path, projection in sizes[path] = projection.inputs * projection.outputs }
        return sizes
    }
}

extension SelfAttention {
    /// The roles of its projections, in the order in which they are visited.
    fileprivate var roles: [ProjectionRole] {
        switch entry {
        case .separate: [.query, .key, .value, .output]
        case .interleaved, .fused: [.queryKeyValue, .output]
        }
    }
}

extension FeedForward {
    /// The roles of its projections, in the order in which they are visited.
    fileprivate var roles: [ProjectionRole] {
        switch entry {
        case .plain: [.up, .down]
        case .gated: [.gate, .up, .down]
        case .fused: [.gateUp, .down]
        }
    }
}

extension Decoder {
    /// The block that a module or a weight belongs to, by its path; nil for the embedding, the final norm and the head.
    public func block(of path: String) -> Int? {
        let start = names.layers + "."
        guard path.hasPrefix(start) else { return nil }
        return Int(path.dropFirst(start.count).prefix { $0 != "." })
    }
}

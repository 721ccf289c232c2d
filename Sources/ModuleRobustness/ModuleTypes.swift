public import Transformers

extension [ProjectionPlace] {
    /// Those of some types and layers.
    ///
    /// - Parameters:
    ///   - types: by their short names, `q` to `down`. A matrix that holds several, such as `qkv`, is taken where one of
    ///     them is wanted.
    ///   - layers: nil for all.
    /// - Throws: where none is left.
    public func ofTypes(_ types: [String], layers: Set<Int>?) throws(RobustnessError) -> [ProjectionPlace] {
        let found = filter { place in
            (layers?.contains(place.layer) ?? true)
                && (types.contains(place.role.rawValue) || place.role.parts.contains(where: types.contains))
        }
        guard !found.isEmpty else {
            throw .noModules(
                types: types,
                found: ProjectionRole.allCases.filter { role in
                    contains { $0.role == role }
                }.map(\.rawValue))
        }
        return found
    }
}

extension ProjectionRole {
    /// The types that it holds, where it is several in one matrix.
    public var parts: [String] {
        switch self {
        case .queryKeyValue: ["q", "k", "v"]
        case .gateUp: ["gate", "up"]
        default: []
        }
    }

    /// Whether it makes queries or keys alone.
    var isQueryOrKey: Bool { self == .query || self == .key }
}

/// Where in a model states are read.
public enum SubspacePlace: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// What leaves this many blocks: 0 is what enters the first.
    case layer(Int)
    /// What leaves the final norm.
    case final

    /// The place of a name; nil where it is none.
    public init?(_ name: some StringProtocol) {
        if name == "final" {
            self = .final
        } else if let layer = Int(name), layer >= 0 {
            self = .layer(layer)
        } else {
            return nil
        }
    }

    /// The number of blocks before it; nil for what leaves the final norm.
    var number: Int? { if case .layer(let layer) = self { layer } else { nil } }

    /// The layer's number, or `final`.
    public var description: String {
        switch self {
        case .layer(let layer): "\(layer)"
        case .final: "final"
        }
    }

    /// In the order of the forward pass.
    public static func < (one: SubspacePlace, other: SubspacePlace) -> Bool {
        switch (one, other) {
        case (.layer(let a), .layer(let b)): a < b
        case (.layer, .final): true
        case (.final, _): false
        }
    }
}

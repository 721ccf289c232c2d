import Statistics

/// In what form patterns are compared.
public enum PatternScale: String, Sendable, CaseIterable {
    /// As they are, in nats.
    case raw
    /// Over their sum, so that the size of the loss does not matter.
    case share
    /// Each layer over its Euclidean length: which heads of a layer matter, however much the layer does.
    ///
    /// - Source: Michel et al. 2019, who compare heads across layers so.
    case layer

    /// The pattern in this form: [layer, head] with `heads` heads a layer. A layer, or a whole, of zeros stays as it is.
    public func applied(to activation: [Double], heads: Int) -> [Double] {
        switch self {
        case .raw: return activation
        case .share: return normalized(activation) ?? activation
        case .layer:
            return stride(from: 0, to: activation.count, by: heads).flatMap { start -> [Double] in
                let layer = Array(activation[start..<start + heads])
                let length = norm(layer)
                return length > 0 ? layer.map { $0 / length } : layer
            }
        }
    }
}

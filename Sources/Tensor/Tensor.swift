/// An immutable, dense, row-major array of `Float`.
///
/// Because it is immutable, any task can use it; and its graph has only tensors that existed before it, so
/// the graph has no cycle.
public struct Tensor: Sendable {
    /// The extents.
    public let shape: Shape
    /// The numbers, the last axis fastest.
    public let elements: [Float]
    package let node: Node?  // nil when no input requires gradients

    /// A tensor of these numbers without a graph.
    public init(_ elements: [Float], shape: Shape) {
        self.init(elements, shape: shape, node: nil)
    }

    /// A tensor of one repeated number.
    public init(repeating value: Float, shape: Shape) {
        self.init([Float](repeating: value, count: shape.count), shape: shape)
    }

    init(_ elements: [Float], shape: Shape, node: Node?) {
        precondition(elements.count == shape.count, "\(elements.count) elements for \(shape)")
        self.shape = shape
        self.elements = elements
        self.node = node
    }

    /// A leaf with the same numbers that requires gradients (`requires_grad_()`).
    public func tracked() -> Tensor { Tensor(elements, shape: shape, node: Node(sources: [])) }

    /// Whether gradients flow through this tensor (`requires_grad`).
    public var isTracked: Bool { node != nil }

    /// The only element; traps if there are others.
    public var number: Float {
        precondition(elements.count == 1, "expected one number, found \(shape)")
        return elements[0]
    }
}

/// One operand of an op, with the closure that computes its gradient.
struct Input {
    let tensor: Tensor
    let pullback: Node.Pullback

    init(_ tensor: Tensor, _ pullback: @escaping Node.Pullback) {
        self.tensor = tensor
        self.pullback = pullback
    }
}

extension Tensor {
    /// The result of an op whose inputs each have a pullback. Pullbacks of inputs that require no gradient
    /// are dropped at once, with all tensors they would have kept.
    init(_ elements: [Float], shape: Shape, from inputs: Input...) {
        let sources = inputs.compactMap { input in
            // Only the node: the tensor itself is kept only if its pullback captured it.
            let pullback = input.pullback
            return input.tensor.node.map { node in
                Node.Source(nodes: [node]) { dy in [pullback(dy)] }
            }
        }
        self.init(elements, shape: shape, node: sources.isEmpty ? nil : Node(sources: sources))
    }

    /// The result of an op whose gradients are computed together: `pullback` returns one for each input.
    init(
        _ elements: [Float], shape: Shape, from inputs: [Tensor],
        jointly pullback: @escaping @Sendable (_ dy: [Float]) -> [[Float]]
    ) {
        let tracked = inputs.indices.filter { inputs[$0].isTracked }
        guard !tracked.isEmpty else {
            self.init(elements, shape: shape)
            return
        }
        let source = Node.Source(nodes: tracked.compactMap { inputs[$0].node }) { dy in
            let gradients = pullback(dy)
            return tracked.map { gradients[$0] }
        }
        self.init(elements, shape: shape, node: Node(sources: [source]))
    }
}

/// A dense, row-major array of `Float` that is never changed once made.
///
/// Nothing mutates, so a tensor can be handed to any task; and a tensor can only remember tensors that existed
/// before it, so the graph behind it cannot hold a cycle.
public struct Tensor: Sendable {
    /// The extents.
    public let shape: Shape
    /// The numbers, the last axis fastest.
    public let elements: [Float]
    package let node: Node?  // nil when nothing behind these numbers is tracked

    /// A tensor of these numbers that remembers nothing.
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

    /// The same numbers as the start of a graph: gradients can be asked for here.
    public func tracked() -> Tensor { Tensor(elements, shape: shape, node: Node(sources: [])) }

    /// Whether anything behind these numbers is tracked, so that gradients flow through them.
    public var isTracked: Bool { node != nil }

    /// The only element; traps if there are others.
    public var number: Float {
        precondition(elements.count == 1, "expected one number, found \(shape)")
        return elements[0]
    }
}

/// One operand of an op, with the line that carries its gradient.
struct Input {
    let tensor: Tensor
    let pullback: Node.Pullback

    init(_ tensor: Tensor, _ pullback: @escaping Node.Pullback) {
        self.tensor = tensor
        self.pullback = pullback
    }
}

extension Tensor {
    /// The result of an op on inputs, each with a pullback of its own. Pullbacks of inputs that are not tracked are
    /// dropped at once, with everything they would have kept.
    init(_ elements: [Float], shape: Shape, from inputs: Input...) {
        let sources = inputs.compactMap { input in
            // Alone: the tensor itself is kept only where its pullback needs it.
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

extension Tensor {
    /// Gradient checkpointing: applies `body` without keeping its intermediate tensors; the backward pass
    /// applies it again.
    ///
    ///     y  = f(x; w)
    ///     dx, dw = those of Σ dy ⊙ f(x; w)    for every tracked w that f reads
    ///
    /// - Parameter body: Must compute the same each time.
    /// - Source: Chen et al. 2016, section 3.
    public func recomputed(_ body: @escaping @Sendable (Tensor) -> Tensor) -> Tensor {
        let (x, shape, isTracked) = (elements, shape, isTracked)
        @Sendable func start() -> Tensor {
            isTracked ? Tensor(x, shape: shape).tracked() : Tensor(x, shape: shape)
        }
        let copy = start()
        let y = body(copy)
        let leaves = y.leaves
        guard !leaves.isEmpty else { return y }
        let place = leaves.firstIndex { $0 === copy.node }  // of x, if f reads it
        var inputs = leaves
        if let place, let node { inputs[place] = node }
        let source = Node.Source(nodes: inputs) { dy in
            let x = start()
            var targets = leaves
            if let place, let node = x.node { targets[place] = node }
            return body(x).gradients(at: targets, from: dy).compactMap { $0 }
        }
        return Tensor(y.elements, shape: y.shape, node: Node(sources: [source]))
    }
}

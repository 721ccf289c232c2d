import Kernels

extension Tensor {
    /// ∂self/∂target for each target, in order; zeros where self does not depend on it. `self` is one number.
    ///
    /// Only nodes between the targets and `self` are visited. The gradient of an intermediate node is freed
    /// as soon as it has been used.
    public func gradients(of targets: [Tensor]) -> [Tensor] {
        precondition(elements.count == 1, "gradients of one number, not of \(shape)")
        let nodes = targets.map { target in
            guard let node = target.node else {
                preconditionFailure("a target \(target.shape) is not tracked")
            }
            return node
        }
        return zip(targets, gradients(at: nodes, from: [1])).map { target, gradient in
            Tensor(gradient ?? [Float](repeating: 0, count: target.elements.count), shape: target.shape)
        }
    }

    /// The gradient of Σ dy ⊙ self at each node; nil where self does not depend on it.
    func gradients(at targets: [Node], from dy: [Float]) -> [[Float]?] {
        let wanted = Set(targets.map { ObjectIdentifier($0) })
        var gradients: [ObjectIdentifier: [Float]] = [:]
        if let node {
            let path = nodesLeading(to: wanted, from: node)
            gradients[ObjectIdentifier(node)] = dy
            for node in path.nodes {
                let id = ObjectIdentifier(node)
                guard let dy = wanted.contains(id) ? gradients[id] : gradients.removeValue(forKey: id) else {
                    continue
                }
                for source in node.sources where source.nodes.contains(where: path.contains) {
                    let parts = source.pullback(dy)
                    for (input, part) in zip(source.nodes, parts) where path.contains(input) {
                        gradients[ObjectIdentifier(input)].add(part)
                    }
                }
            }
        }
        return targets.map { gradients[ObjectIdentifier($0)] }
    }

    /// The tracked tensors that this one was made from, before any op.
    var leaves: [Node] {
        guard let node else { return [] }
        return allNodes(behind: node).filter(\.sources.isEmpty)
    }
}

/// The nodes on any path from a result back to a target, the result first (reverse topological order).
private struct Path {
    var nodes: [Node] = []
    private var members: Set<ObjectIdentifier> = []

    mutating func append(_ node: Node) {
        nodes.append(node)
        members.insert(ObjectIdentifier(node))
    }

    func contains(_ node: Node) -> Bool { members.contains(ObjectIdentifier(node)) }
}

private func nodesLeading(to targets: Set<ObjectIdentifier>, from result: Node) -> Path {
    var path = Path()
    for node in allNodes(behind: result).sorted(by: { $0.depth < $1.depth })
    where targets.contains(ObjectIdentifier(node))
        || node.sources.contains(where: { $0.nodes.contains(where: path.contains) })
    {
        path.append(node)
    }
    path.nodes.reverse()
    return path
}

private func allNodes(behind result: Node) -> [Node] {
    var seen: Set<ObjectIdentifier> = [ObjectIdentifier(result)]
    var all = [result]
    var next = 0
    while next < all.count {
        for node in all[next].sources.lazy.flatMap(\.nodes) where seen.insert(ObjectIdentifier(node)).inserted
        {
            all.append(node)
        }
        next += 1
    }
    return all
}

extension Optional where Wrapped == [Float] {
    /// Adds to an existing value in place.
    fileprivate mutating func add(_ part: [Float]) {
        guard self != nil else {
            self = part
            return
        }
        accumulate(part, into: &self!)
    }
}

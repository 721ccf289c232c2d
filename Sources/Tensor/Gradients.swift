import Kernels

extension Tensor {
    /// ∂self/∂target for each target, in order; zeros where self does not depend on it. `self` is one number.
    ///
    /// Only what lies between the targets and `self` is visited, and a gradient that is no target is dropped as soon
    /// as it was used.
    public func gradients(of targets: [Tensor]) -> [Tensor] {
        precondition(elements.count == 1, "gradients of one number, not of \(shape)")
        let wanted = Set(
            targets.map { target in
                guard let node = target.node else {
                    preconditionFailure("a target \(target.shape) is not tracked")
                }
                return ObjectIdentifier(node)
            })
        var gradients: [ObjectIdentifier: [Float]] = [:]
        if let node {
            let path = nodesLeading(to: wanted, from: node)
            gradients[ObjectIdentifier(node)] = [1]
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
        return targets.map { target in
            let gradient = target.node.flatMap { gradients[ObjectIdentifier($0)] }
            return Tensor(
                gradient ?? [Float](repeating: 0, count: target.elements.count), shape: target.shape)
        }
    }
}

/// The nodes that lie on a way from a result back to a target, the result first.
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
    var path = Path()
    for node in all.sorted(by: { $0.depth < $1.depth })
    where targets.contains(ObjectIdentifier(node))
        || node.sources.contains(where: { $0.nodes.contains(where: path.contains) })
    {
        path.append(node)
    }
    path.nodes.reverse()
    return path
}

extension Optional where Wrapped == [Float] {
    /// Adds in place where there is a value already.
    fileprivate mutating func add(_ part: [Float]) {
        guard self != nil else {
            self = part
            return
        }
        accumulate(part, into: &self!)
    }
}

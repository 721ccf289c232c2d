import Synchronization

/// A node of the autograd graph: the inputs that a tensor was computed from.
package final class Node: Sendable {
    /// Vector-Jacobian product: the gradient of the output → the gradient of an input.
    package typealias Pullback = @Sendable (_ dy: [Float]) -> [Float]

    /// Inputs whose gradients are computed together: one input, or several.
    package struct Source: Sendable {
        let nodes: [Node]
        let pullback: @Sendable (_ dy: [Float]) -> [[Float]]
    }

    let depth: Int  // one more than the deepest input: sorting by depth is a topological order
    private let past: Mutex<[Source]>

    init(sources: [Source]) {
        depth = 1 + (sources.lazy.flatMap(\.nodes).map(\.depth).max() ?? 0)
        past = Mutex(sources)
    }

    package var sources: [Source] { past.withLock { $0 } }

    /// Frees a long chain in a loop. By default each node would free the next by recursion, and a chain of
    /// about 50,000 nodes would overflow the stack.
    deinit {
        var orphans = surrender()
        while var orphan = orphans.popLast() {
            if isKnownUniquelyReferenced(&orphan) { orphans += orphan.surrender() }
        }
    }

    /// Drops the inputs, and returns their nodes.
    private func surrender() -> [Node] {
        past.withLock { sources in
            defer { sources = [] }
            return sources.flatMap(\.nodes)
        }
    }
}

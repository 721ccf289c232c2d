import Synchronization

/// What a tensor was made from.
package final class Node: Sendable {
    /// From the gradient of an output to the gradient of an input.
    package typealias Pullback = @Sendable (_ dy: [Float]) -> [Float]

    /// Inputs whose gradients come from one computation: one input, or several that are only found together.
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

    /// Frees a long chain in a loop. Left to itself each node would free the next by recursion, and a chain of some
    /// fifty thousand would overflow the stack.
    deinit {
        var orphans = surrender()
        while var orphan = orphans.popLast() {
            if isKnownUniquelyReferenced(&orphan) { orphans += orphan.surrender() }
        }
    }

    /// Forgets the past, and returns the nodes that were in it.
    private func surrender() -> [Node] {
        past.withLock { sources in
            defer { sources = [] }
            return sources.flatMap(\.nodes)
        }
    }
}

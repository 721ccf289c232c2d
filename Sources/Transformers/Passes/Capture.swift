import Synchronization
public import Tensor

/// What passes some sites of a pass, to be looked at after it:
///
///     let capture = Capture([.headOutput])
///     let losses = model.tokenLosses(batch, tap: capture.tap)
///     let z = capture[Site(.headOutput, layer: 0)]
public final class Capture: Sendable {
    private let passed = Mutex<[Site: Tensor]>([:])
    private let kinds: Set<Site.Kind>
    private let change: @Sendable (Site, Tensor) -> Tensor

    /// - Parameters:
    ///   - kinds: the kinds of sites to look at.
    ///   - change: what a tensor is replaced by before it is kept and goes on; nothing unless told.
    public init(
        _ kinds: Set<Site.Kind>, changing change: @escaping @Sendable (Site, Tensor) -> Tensor = { $1 }
    ) {
        (self.kinds, self.change) = (kinds, change)
    }

    /// Keeps tensors with their gradients: each is a variable of the graph from its site on.
    public static func tracked(_ kinds: Set<Site.Kind>) -> Capture {
        Capture(kinds) { $1.isTracked ? $1 : $1.tracked() }
    }

    /// The tap to give to the pass.
    public var tap: Tap {
        Tap(kinds) { site, x in
            let x = self.change(site, x)
            self.passed.withLock { $0[site] = x }
            return x
        }
    }

    /// All that passed.
    public var tensors: [Site: Tensor] { passed.withLock { $0 } }

    /// What passed one site; nil where nothing did.
    public subscript(site: Site) -> Tensor? { passed.withLock { $0[site] } }
}

extension Decoder {
    /// The tensors at some sites in one pass over a batch, as they pass: [row, …], a row for each position.
    ///
    /// No layer above the last that is wanted is computed. `residual` of layer 0 enters the first layer; what leaves
    /// the last is `residualFinal`, whose layer is the number of layers.
    ///
    /// - Parameters:
    ///   - kinds: the kinds of sites; not `pattern`, which is seen sequence by sequence.
    ///   - layers: the layers to look at.
    ///   - batch: the sequences, packed.
    ///   - keeping: what is kept of a tensor, such as some of its rows; all of it unless told.
    public func capture(
        _ kinds: Set<Site.Kind>, layers: Set<Int>, of batch: Batch,
        keeping: @escaping @Sendable (Tensor) -> Tensor = { $0 }
    ) -> [Site: Tensor] {
        precondition(!kinds.contains(.pattern), "patterns are seen by a tap")
        let seen = Mutex<[Site: Tensor]>([:])
        let tap = Tap(kinds) { site, x in
            if layers.contains(site.layer) { seen.withLock { $0[site] = keeping(x) } }
            return x
        }
        var cache: KeyValueCache?
        _ = stream(
            PassInput(batch), layers: min(self.layers, (layers.max() ?? -1) + 1), rows: nil, tap: tap,
            cache: &cache)
        return seen.withLock { $0 }
    }

    /// The residual stream after the final norm: [row, dModel] of what leaves the last layer → the same.
    public func normed(_ x: Tensor) -> Tensor { norm(x) }
}

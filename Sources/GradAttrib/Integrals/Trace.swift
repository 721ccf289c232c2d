import Kernels
import Synchronization
import Tensor
import Transformers

/// Activations of a clean pass, from which other passes resume.
struct Trace: Sendable {
    /// The residual stream that enters each layer: [position, dModel].
    let streams: [Tensor]
    /// The head outputs z of each layer: [position, head, dHead].
    let outputs: [Tensor]
    /// F of each probe.
    let values: [Float]

    init(of model: Decoder, on target: Target) {
        let passed = Mutex<[Site: Tensor]>([:])
        let tap = Tap([.residual, .headOutput]) { site, x in
            passed.withLock { $0[site] = x }
            return x
        }
        values = target.value(of: model.hidden(target.batch, rows: target.rows, tap: tap), model).each
        let seen = passed.withLock { $0 }
        streams = (0..<model.layers).compactMap { seen[Site(.residual, layer: $0)] }
        outputs = (0..<model.layers).compactMap { seen[Site(.headOutput, layer: $0)] }
    }
}

/// Captures the tensors at some kinds of sites in each layer, in a forward pass whose output is not used.
///
/// - Parameters:
///   - stream: The input of the first layer; nil for the tokens' embeddings.
///   - change: The replacement of a tensor at a site.
func seen(
    _ kinds: [Site.Kind], in batch: Batch, of model: Decoder, entering stream: Tensor? = nil,
    _ change: @escaping @Sendable (Site, Tensor) -> Tensor = { $1 }
) -> [Site: Tensor] {
    let passed = Mutex<[Site: Tensor]>([:])
    let tap = Tap(Set(kinds)) { site, x in
        let x = change(site, x)
        passed.withLock { $0[site] = x }
        return x
    }
    if let stream {
        _ = model.hidden(batch, rows: [0], resuming: 0, stream: stream, tap: tap)
    } else {
        _ = model.hidden(batch, rows: [0], tap: tap)
    }
    return passed.withLock { $0 }
}

import Kernels
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
        let capture = Capture([.residual, .headOutput])
        let x = model.hidden(target.batch, rows: target.rows, tap: capture.tap)
        values = target.value(of: x, model).each
        streams = (0..<model.layers).compactMap { capture[Site(.residual, layer: $0)] }
        outputs = (0..<model.layers).compactMap { capture[Site(.headOutput, layer: $0)] }
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
    let capture = Capture(Set(kinds), changing: change)
    if let stream {
        _ = model.hidden(batch, rows: [0], resuming: 0, stream: stream, tap: capture.tap)
    } else {
        _ = model.hidden(batch, rows: [0], tap: capture.tap)
    }
    return capture.tensors
}

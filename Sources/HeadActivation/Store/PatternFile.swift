import HDF5

/// A file of measurements, one group `/<task>/<checkpoint>` for each.
///
/// | object | type, shape | meaning |
/// |---|---|---|
/// | `signed` | f32 [example, layer, head] | ∂loss/∂ξ; negative: the head helps |
/// | `activation` | f32 [layer, head] | mean over examples of \|signed\|: the activation pattern |
/// | `activation_signed` | f32 [layer, head] | mean over examples of signed |
/// | `activation_stderr` | f32 [layer, head] | standard error of that mean (ddof 1); NaN for one example |
/// | `loss` | f32 [example] | the loss that was differentiated, nats |
/// | `id`, `tokens`, `supervised_tokens` | UTF-8, i32, i32 [example] | |
/// | `layer`, `head` | i32 | coordinates of the dimensions, from 0 |
/// | `modules/module` | UTF-8 [module] | with `--modules`: `q`, `k`, `v`, `o`, `attention`, `gate`, `up`, `down`, `mlp` |
/// | `modules/signed` | f32 [example, layer, module] | ∂loss/∂ξ of a gate on all of the module's output |
/// | `modules/activation`, `…_signed`, `…_stderr` | f32 [layer, module] | as for heads |
/// | `adapter/<q, k, v, o>/signed_base`, `signed_adapter` | f32 [example, layer, head] | with an adapter on the projection: the parts of ∂loss/∂ξ through the base weights and through the adapter |
/// | `adapter/<q, k, v, o>/norm`, `effective_rank` | f32 [layer, head] | of the head's part of ΔW |
/// | `adapter/key_value_head` | i32 | coordinate of the heads of `k` and `v` |
/// | `token_scores` | f32 [token, layer, head] | with `--token-scores`: signed of each position; the tokens of all examples, one after the other, `tokens[i]` of each |
/// | `audit/` | group | with `--audit`: see below |
///
/// An audit holds `integrated_head` i32 [head, 2] (layer and head) with `gate_ig` f32 [example, head] (both left out by the
/// small audit, whose effects are of the first examples), `ablated_head` i32
/// [head, 2] with `ablation` f32 [example, head], all in the sign of `signed`; attributes `strongest` (how many of the ablated heads, the first, are
/// the strongest; the others are random), `baseline`, `points`, `completeness_error`.
///
/// Attributes of the group: those of ``Provenance`` (`""` for no adapter and no template), `complete`, and
/// `shard` = `i/n` where only a part of the data was measured. Its dimensions are labelled `example`, `layer`, `head`, with `id`, `layer`, `head` as their scales.
public struct PatternFile: Sendable, Equatable {
    /// Where the file is, or will be.
    public let path: String

    /// Names a file; nothing is read or written yet.
    public init(_ path: String) { self.path = path }

    static let format = "sft-probe/patterns"
    static let formatVersion = 1

    func requireOurs(_ file: borrowing HDF5File) throws(PatternError) {
        let (format, version) = try inFile { () throws(HDF5Error) in
            (try file.attribute("format"), try file.attribute("format_version"))
        }
        if format == .string(Self.format), version == .int(Self.formatVersion) { return }
        throw .notPatterns(
            path: path, found: "format = \(written(format)), format_version = \(written(version))")
    }
}

/// Does what concerns the file, with its errors as ours.
func inFile<Result: ~Copyable>(_ body: () throws(HDF5Error) -> Result) throws(PatternError) -> Result {
    do throws(HDF5Error) {
        return try body()
    } catch {
        throw .file(error)
    }
}

/// An attribute as a reader would write it.
private func written(_ value: HDF5Attribute?) -> String {
    switch value {
    case .string(let text): text.debugDescription
    case .int(let number): "\(number)"
    case .double(let number): "\(number)"
    case .bool(let truth): "\(truth)"
    case nil: "none"
    }
}

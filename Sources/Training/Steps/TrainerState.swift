import Kernels
public import ModelFiles
import Tensor
import Transformers

// The state of a trainer besides its weights: the number of the step, and for each weight that has taken a step two moments
// and the number of its own steps. Data order and random numbers follow from the seed and the step.

extension Trainer {
    /// Writes the step, the moments `<weight>.mean` and `<weight>.square` as safetensors, and of weights that were frozen in
    /// some steps the number of their own, `<weight>.steps`, in the metadata; whole or not at all.
    public func writeState(to path: String) throws(ModelFileError) {
        let tensors = trained.flatMap { name in
            [("mean", optimizer.means), ("square", optimizer.squares)].compactMap { part, moments in
                moments[name].map { (name: "\(name).\(part)", shape: [$0.count], values: $0) }
            }
        }
        var metadata = ["format": Self.stateFormat, "step": "\(step)"]
        for (name, count) in optimizer.counts where count != step { metadata["\(name).steps"] = "\(count)" }
        try writeSafetensors(tensors, metadata: metadata, to: path)
    }

    /// Continues from a state written by a trainer of the same weights; the model must have the weights of
    /// that step.
    public mutating func restoreState(from path: String) throws(ModelFileError) {
        let file = try Safetensors(path: path)
        guard file.metadata["format"] == Self.stateFormat,
            let step = file.metadata["step"].flatMap({ Int($0) }), step >= 0
        else {
            throw .malformed(
                path: path, place: "metadata", expected: "a trainer's state", found: "\(file.metadata)")
        }
        var shapes: [String: Int] = [:]
        var weights = model
        weights.visitWeights { name, weight in shapes[name] = weight.shape.count }
        var moments = optimizer
        for name in trained where rates?.trains(name, through: step) ?? true {
            moments.counts[name] = file.metadata["\(name).steps"].flatMap { Int($0) } ?? step
            for (part, place) in [("mean", \AdamW.means), ("square", \AdamW.squares)] {
                guard let stored = file.tensors["\(name).\(part)"], stored.shape == [shapes[name] ?? 0] else {
                    throw .malformed(
                        path: path, place: "\(name).\(part)", expected: "[\(shapes[name] ?? 0)]",
                        found: file.tensors["\(name).\(part)"].map { "\($0.shape)" } ?? "none")
                }
                moments[keyPath: place][name] = stored.matrix.expanded()
            }
        }
        go(on: step, with: moments)
    }

    private static let stateFormat = "sft-probe/trainer"
}

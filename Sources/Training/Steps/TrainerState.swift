import Kernels
public import ModelFiles
import Tensor
import Transformers

// The state of a trainer besides its weights: the number of the step, and two moments for each weight. Data
// order and random numbers follow from the seed and the step.

extension Trainer {
    /// Writes the step and the moments, `<weight>.mean` and `<weight>.square`, as safetensors, whole or not at all.
    public func writeState(to path: String) throws(ModelFileError) {
        let tensors = trained.flatMap { name in
            [("mean", optimizer.means), ("square", optimizer.squares)].compactMap { part, moments in
                moments[name].map { (name: "\(name).\(part)", shape: [$0.count], values: $0) }
            }
        }
        try writeSafetensors(tensors, metadata: ["format": Self.stateFormat, "step": "\(step)"], to: path)
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
        for name in trained {
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

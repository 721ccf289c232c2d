import Foundation
import HeadActivation
public import ModelFiles

/// A model in one state of its training, to be measured.
public struct TrainedState: Sendable, Equatable {
    /// The label of its measurements: `base`, `checkpoint-500`, `final`.
    public let label: String
    /// The model: a folder, a .gguf file or a name.
    public let model: String
    /// The folder of the adapter on it; nil for a model as a whole.
    public let adapter: String?

    /// The states in the output folder of a trainer, in the order of training: the model before it, each
    /// `checkpoint-<step>` (those of this tool too), and what was saved in the folder itself, or in `final`, in the end.
    /// States are adapters or whole models.
    ///
    /// - Throws: where the folder has no state.
    public static func all(in folder: String, base: String) throws(UnusableData) -> [TrainedState] {
        let inside =
            places(in: folder, named: "checkpoint-") + places(in: "\(folder)/checkpoints", named: "step-")
        let last = ["\(folder)/final", folder].first(where: isState)
        let trained =
            inside.sorted { $0.step < $1.step }.map { TrainedState(at: $0.path, base: base) }
            + (last.map { [TrainedState(at: $0, base: base, label: "final")] } ?? [])
        guard !trained.isEmpty else {
            throw UnusableData(
                description:
                    "\(folder) holds neither an adapter (adapter_config.json) nor a model (config.json and safetensors), nor folders checkpoint-<step> with one; name the output folder of a training."
            )
        }
        return [TrainedState(label: "base", model: base)] + trained
    }

    /// An adapter in the output folder of a trainer, or the folder itself if it is one; nil where there is none.
    public static func adapter(in folder: String) -> String? {
        let places = [folder, "\(folder)/final"] + places(in: folder, named: "checkpoint-").map(\.path)
        return places.first { exists("\($0)/adapter_config.json") }
    }

    /// A state by its parts.
    public init(label: String, model: String, adapter: String? = nil) {
        (self.label, self.model, self.adapter) = (label, model, adapter)
    }

    /// The state in a folder, labelled by the folder's name.
    private init(at path: String, base: String, label: String? = nil) {
        let isAdapter = exists("\(path)/adapter_config.json")
        self.init(
            label: label ?? stateLabel(ofFolder: path), model: isAdapter ? base : path,
            adapter: isAdapter ? path : nil)
    }

    private static func places(in folder: String, named prefix: String) -> [(step: Int, path: String)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { name in
            guard name.hasPrefix(prefix), let step = step(of: name) else { return nil }
            return isState("\(folder)/\(name)") ? (step, "\(folder)/\(name)") : nil
        }
    }
}

/// The label of the state that a folder holds: its name; `trained` where that says nothing.
public func stateLabel(ofFolder path: String) -> String {
    let name = URL(filePath: path).standardizedFileURL.lastPathComponent
    return ["", "/", ".", "..", "base", "telemetry"].contains(name) ? "trained" : name
}

/// The model under an adapter, by the adapter's own configuration: a path or a name that resolves; nil where it names none.
public func baseModel(ofAdapter path: String) throws(ModelFileError) -> String? {
    try AdapterFolder(path: path).configuration.base.flatMap { $0.isEmpty ? nil : $0 }
}

private func isState(_ path: String) -> Bool {
    exists("\(path)/adapter_config.json")
        || exists("\(path)/config.json")
            && (exists("\(path)/model.safetensors") || exists("\(path)/model.safetensors.index.json"))
}

private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

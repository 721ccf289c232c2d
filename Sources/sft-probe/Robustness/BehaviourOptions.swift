import ArgumentParser
import ModuleRobustness
import Runs
import Transformers

/// Labelled prompts that show a behaviour or do not.
struct BehaviourOptions: ParsableArguments {
    @Option(
        help:
            "Prompts (JSON lines) with label 1 (the behaviour is wanted) or 0, and split train or test.",
        completion: .file())
    var data: String
    @Flag(help: "Make prompts that are strings what a user says, by the chat template.") var chat = false
    @OptionGroup var reading: DataReading

    /// The prompts as tokens.
    func prompts(_ open: OpenModel, _ options: RunOptions) throws -> [BehaviourPrompt] {
        let prompts = try reading.plan.behaviour(
            of: data, open, options.computing, options.observer, asChat: chat)
        func count(_ isTest: Bool, _ isPositive: Bool) -> Int {
            prompts.count { $0.isTest == isTest && $0.isPositive == isPositive }
        }
        options.remark(
            "\(data): \(count(false, true)) prompts of label 1 and \(count(false, false)) of label 0 to fit the classifier, "
                + "\(count(true, true)) and \(count(true, false)) to test it; read at their last token")
        return prompts
    }
}

/// A perturbation, as `--perturbation` names it.
struct PerturbationChoice: ExpressibleByArgument {
    let text: String
    private let kind: String
    private let value: String

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, ["scale", "noise", "delta"].contains(parts[0]), !parts[1].isEmpty else {
            return nil
        }
        (text, kind, value) = (argument, parts[0], parts[1])
        if kind != "delta" {
            guard let number = Double(value), number.isFinite, kind == "scale" || number > 0 else {
                return nil
            }
        }
    }

    /// The folder of the adapter that is added.
    var adapter: String? { kind == "delta" ? value : nil }

    /// The perturbation of a model.
    ///
    /// - Parameter strength: α, of an adapter.
    func opened(for option: ModelOption, strength: Double) throws -> Perturbation {
        switch kind {
        case "scale": return .scale(Double(value) ?? 0)
        case "noise": return .noise(Double(value) ?? 0)
        default:
            let changes = try OpenModel(name: option.model, adapter: value, warn: standardError).decoder
                .adapterChanges
            guard !changes.isEmpty else {
                throw UnusableData(description: "\(value) has no LoRA pairs; delta adds those of an adapter.")
            }
            return .delta(strength, path: value, changes)
        }
    }
}

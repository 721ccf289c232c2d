import ArgumentParser
import Files
import Foundation
import ModuleRobustness
import Records
import Runs
import Transformers

/// `robustness measure`
struct RobustnessMeasure: AsyncParsableCommand, ComputingCommand, TableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure",
        abstract:
            "Perturb one module after the other, and see whether a classifier still recognises a behaviour.",
        discussion: """
            A linear classifier on the final state of each prompt is fitted once and frozen. Beside what it loses stand a \
            classifier fitted anew, the cosine of the states, the refusal margin (--openings) and the change to first \
            order (--first-order): a frozen classifier may lose accuracy because states moved, and not because the \
            behaviour is gone. docs/robustness.md says what each number means. A measurement that was stopped goes on where \
            it was when the same command is given again.

            Example: sft-probe robustness measure --model smollm2-135m --data probe.jsonl --chat --openings usual \
            --output robustness.jsonl
            """)

    @OptionGroup var model: ModelOption
    @OptionGroup var behaviour: BehaviourOptions
    @Option(help: "File to write a line for each module, perturbation and seed to.", completion: .file())
    var output: String
    @Option(
        help: ArgumentHelp(
            "How modules are perturbed: scale=S (W ← S·W), noise=H (normal noise of H times W's norm) or delta=ADAPTER (its change is added); may be repeated (default: noise=0.1).",
            valueName: "scale=0|noise=0.1|delta=ADAPTER"))
    var perturbation: [PerturbationChoice] = []
    @Option(help: "With delta: what the adapter's change is multiplied by.") var strength = 1.0
    @Option(help: "Seeds of the noise.") var seeds = 5
    @Option(help: "Types of modules, separated by commas.") var types = "q,k,v,o,gate,up,down"
    @Option(help: "Which layers: all, or numbers with commas, from 0.") var layers = "all"
    @Option(help: "Weight of the classifier's L2 penalty: 1/C of scikit-learn.") var l2 = 1.0
    @Option(
        help:
            "Openings of answers that refuse and comply, for the refusal margin: a JSON file, or usual for English ones (default: no margin).",
        completion: .file())
    var openings: String?
    @Flag(help: "Compute the change to first order, from one backward pass, beside each perturbation.")
    var firstOrder = false
    @Option(help: "The drop up to which a module counts as robust, for the joint check.") var tolerance = 0.02
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup(title: "Computing") var options: RunOptions
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func validate() throws {
        guard (1...1000).contains(seeds) else {
            throw ValidationError("--seeds is \(seeds), but must lie between 1 and 1000.")
        }
        guard l2 > 0, l2.isFinite else { throw ValidationError("--l2 is \(l2), but must be above 0.") }
        guard tolerance >= 0, tolerance < 1 else {
            throw ValidationError("--tolerance is \(tolerance), but must be at least 0 and below 1.")
        }
        guard strength.isFinite else {
            throw ValidationError("--strength is \(strength), but must be finite.")
        }
        _ = (try chosenTypes, try chosenLayers(layers))
    }

    private var chosenTypes: [String] { get throws { try moduleTypes(types) } }

    func run() async throws {
        try prepare(
            outputs: [NamedPath("--output", output)],
            reading: model.inputs + named("--data", behaviour.data) + named("--openings", openings.file))
        let open = try OpenModel(model)
        options.begin()
        let prompts = try behaviour.prompts(open, options)
        let openings = try openings.map { try Runs.openings(named: $0) }
        let modules = try open.decoder.projections.ofTypes(
            try chosenTypes, layers: try chosenLayers(layers, of: open))
        let choices = perturbation.isEmpty ? [.usual] : perturbation
        let perturbations = try choices.map { try $0.opened(for: model, strength: strength) }
        let settings = RobustnessSettings(
            perturbations: perturbations, seeds: seeds, l2: l2, firstOrder: firstOrder,
            packTokens: options.forwardPackTokens, workers: options.workers)
        let kept = try keptOutcomes(of: open, openings)
        let report = ProgressReport(
            "robustness", total: perturbations.reduce(0) { $0 + modules.count * ($1.isDrawn ? seeds : 1) },
            options)
        let found = try await measureRobustness(
            of: open.decoder, on: prompts, openings: openings.map { open.tokens(of: $0, options.observer) },
            modules: modules, settings, keeping: kept?.outcomes
        ) { report.advance(examples: $0, tokens: $1) }
        report.finish()
        let writer = try JSONLinesWriter(path: output)
        for line in found.lines { try writer.write(line) }
        try writer.finish()
        if let kept { try FileManager.default.removeItem(atPath: kept.path) }
        var parts: [RobustnessText] = []
        for (choice, perturbation) in zip(choices, perturbations) {
            parts.append(
                RobustnessText(
                    choice.text, of: found, perturbation,
                    joint: try await found.joint(
                        of: open.decoder, on: prompts, perturbation, tolerance: tolerance, settings,
                        seed: options.seed), tolerance: tolerance, seed: options.seed))
        }
        if json { return print(try jsonText(RobustnessJSON(found, parts))) }
        print(startText(found))
        for part in parts { print(part.text) }
        print(nextStep)
    }

    private var nextStep: String {
        "\(output): \(perturbation.isEmpty ? "noise=0.1" : perturbation.map(\.text).joined(separator: ", ")). Next: sft-probe "
            + "robustness search \(output) --model \(model.model)\(model.adapter.map { " --adapter \($0)" } ?? "") "
            + "--data \(behaviour.data)\(behaviour.chat ? " --chat" : "") --output rates.json"
    }
}

extension PerturbationChoice {
    /// What is done where no flag says otherwise.
    static var usual: PerturbationChoice { PerturbationChoice(argument: "noise=0.1")! }
}

extension String? {
    /// The openings' file, where they are one.
    var file: String? { self == "usual" ? nil : self }
}

/// The types that a flag lists.
func moduleTypes(_ list: String) throws -> [String] {
    let known = ["q", "k", "v", "o", "gate", "up", "down"]
    let types = list.split(separator: ",").map(String.init)
    guard !types.isEmpty, types.allSatisfy(known.contains) else {
        throw ValidationError("--types is \(list), but must be some of \(known.joined(separator: ",")).")
    }
    return types
}

/// The layers that a flag lists; nil: all.
func chosenLayers(_ list: String, of open: OpenModel? = nil) throws -> Set<Int>? {
    if list == "all" { return nil }
    let parts = list.split(separator: ",")
    let numbers = parts.compactMap { Int($0) }.filter { $0 >= 0 }
    guard numbers.count == parts.count, !numbers.isEmpty else {
        throw ValidationError("--layers is \(list), but must be all, or numbers such as 0,5,10.")
    }
    if let open, let layer = numbers.max(), layer >= open.decoder.layers {
        throw ValidationError(
            "--layers names \(layer), but \(open.name) has \(open.decoder.layers) layers, 0 to \(open.decoder.layers - 1)."
        )
    }
    return Set(numbers)
}

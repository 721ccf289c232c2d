import ArgumentParser
import Files
import Foundation
import ModuleRobustness
import Records
import Reports
import Runs
import Transformers

/// `robustness search`
struct RobustnessSearch: AsyncParsableCommand, ComputingCommand, TableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find modules that are robust together, and write rates that train them alone or first.",
        discussion: """
            Blocks of modules, one type over neighbouring layers, are perturbed together with all that were taken before; \
            a block that costs more accuracy than --tolerance is halved. The rates leave the modules that were taken as \
            they are and multiply the rate of all others by --factor (ML-LR; 0 freezes them), or with --warmup-share \
            train the taken ones alone first (SWAT). Beside them stand the rates of a random set of equal size: the \
            control without which a result means little.

            Example: sft-probe robustness search robustness.jsonl --model smollm2-135m --data probe.jsonl --chat \
            --output rates.json
            """)

    @Argument(help: "Robustness, as `robustness measure` writes it.", completion: .file()) var results: String
    @OptionGroup var model: ModelOption
    @OptionGroup var behaviour: BehaviourOptions
    @Option(help: "The perturbation to search under (default: the first of the results).")
    var perturbation: PerturbationChoice?
    @Option(help: "With delta: what the adapter's change is multiplied by.") var strength = 1.0
    @Option(help: "Seeds of the noise (default: as many as were measured).") var seeds: Int?
    @Option(help: "Weight of the classifier's L2 penalty, as when it was measured.") var l2 = 1.0
    @Option(help: "The most that the accuracy may drop with the whole set perturbed.") var tolerance = 0.02
    @Option(help: "Neighbouring layers of one type that are tried together.") var run = 4
    @Option(help: "κ: the factor on the learning rate of all other modules; 0 freezes them.") var factor =
        1e-4
    @Option(
        help:
            "SWAT: the share of the steps in which the set is trained alone, before all is trained (default: ML-LR, one phase)."
    )
    var warmupShare: Double?
    @Option(help: "File to write the rates to, for `train --rates`.", completion: .file()) var output: String
    @Option(
        help: "File to write the random set's rates to (default: the output's name with -random).",
        completion: .file())
    var control: String?
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup(title: "Computing") var options: RunOptions
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func validate() throws {
        guard tolerance >= 0, tolerance < 1 else {
            throw ValidationError("--tolerance is \(tolerance), but must be at least 0 and below 1.")
        }
        guard factor >= 0, factor <= 1 else {
            throw ValidationError("--factor is \(factor), but must lie between 0 and 1.")
        }
        if let warmupShare, !(warmupShare > 0 && warmupShare < 1) {
            throw ValidationError("--warmup-share is \(warmupShare), but must lie between 0 and 1.")
        }
        guard run >= 1 else { throw ValidationError("--run is \(run), but must be at least 1.") }
        if let seeds, !(1...1000).contains(seeds) {
            throw ValidationError("--seeds is \(seeds), but must lie between 1 and 1000.")
        }
        guard l2 > 0, l2.isFinite else { throw ValidationError("--l2 is \(l2), but must be above 0.") }
    }

    private var controlPath: String {
        if let control { return control }
        let url = URL(filePath: output)
        let name = url.deletingPathExtension().lastPathComponent + "-random"
        let end = url.pathExtension
        return url.deletingLastPathComponent().appending(path: end.isEmpty ? name : "\(name).\(end)")
            .relativePath
    }

    func run() async throws {
        let controlPath = controlPath
        try prepare(
            outputs: [NamedPath("--output", output), NamedPath("--control", controlPath)],
            reading: model.inputs + [NamedPath("the results", results), NamedPath("--data", behaviour.data)])
        let lines = try readJSONLines(RobustnessLine.self, at: results).map(\.record)
        guard let first = lines.first(where: { $0.module != nil }), let name = first.perturbation,
            let strength = first.strength
        else {
            throw UnusableData(
                description: "\(results) holds no module; give what `sft-probe robustness measure` writes.")
        }
        let open = try OpenModel(model)
        options.begin()
        let prompts = try behaviour.prompts(open, options)
        guard let choice = perturbation ?? PerturbationChoice(argument: "\(name)=\(strength)"),
            name != "delta" || perturbation != nil
        else {
            throw UnusableData(
                description:
                    "\(results) was measured with an adapter's change; name it: --perturbation delta=ADAPTER."
            )
        }
        let chosen = try choice.opened(for: model, strength: self.strength)
        let measured = Set(
            lines.filter { $0.perturbation == chosen.name && $0.strength == chosen.strength }.map(\.seed))
        let settings = RobustnessSettings(
            perturbations: [chosen], seeds: seeds ?? max(1, measured.count), l2: l2,
            packTokens: options.forwardPackTokens, workers: options.workers)
        let report = ProgressReport("search", total: lines.count - 1, options)
        let found: RobustSet
        do throws(RobustnessError) {
            found = try await searchRobustSet(
                in: open.decoder, on: prompts, lines, chosen, SearchSettings(tolerance: tolerance, run: run),
                settings
            ) { report.advance(examples: $0, tokens: 0) }
        } catch { throw UnusableData(description: "\(results): \(error).") }
        report.finish()
        let random = found.randomSet(seed: options.seed)
        try protectingRates(of: found.modules, factor: factor, warmupShare: warmupShare).write(to: output)
        try protectingRates(of: random, factor: factor, warmupShare: warmupShare).write(to: controlPath)
        let sizes = open.decoder.projectionSizes
        print(
            json
                ? try jsonText(RobustSetJSON(found, random, sizes))
                : text(found, random, sizes, controlPath))
    }

    private func text(
        _ found: RobustSet, _ random: [ProjectionPlace], _ sizes: [String: Int], _ controlPath: String
    ) -> String {
        func parameters(_ places: [ProjectionPlace]) -> Int {
            places.reduce(0) { $0 + sizes[$1.path, default: 0] }
        }
        var table = Table([.text("type"), .number("robust"), .number("of"), .text("layers")])
        for role in ProjectionRole.allCases {
            let all = found.candidates.filter { $0.role == role }
            guard !all.isEmpty else { continue }
            let own = found.modules.filter { $0.role == role }
            table.add([role.rawValue, "\(own.count)", "\(all.count)", ranges(own.map(\.layer))])
        }
        let (own, control) = (parameters(found.modules), parameters(random))
        let how =
            warmupShare.map { "the set alone for \($0) of the steps, then all (SWAT)" }
            ?? "all other modules at \(factor) of the rate (ML-LR)"
        return table.fitted + """

            \(found.modules.count) of \(found.candidates.count) modules are robust together: accuracy \(number(found.accuracy)) with all of them perturbed, \
            \(number(found.start)) without; \(found.checks.count) checks. They hold \(own) parameters.
            \(output): \(how). \(controlPath): the same with \(random.count) modules of the same types in layers that were drawn (seed \
            \(options.seed)), \(control) parameters, \(found.overlap(with: random)) of them in both.
            Next: sft-probe train --model \(model.model) --data TRAIN.jsonl --lora-rank 16 --rates \(output) --guard \(behaviour.data)\
            \(behaviour.chat ? " --guard-chat" : "") --output run
            """
    }
}

/// Numbers as ranges, such as 3–7, 12.
private func ranges(_ numbers: [Int]) -> String {
    var parts: [(first: Int, last: Int)] = []
    for number in numbers.sorted() {
        if let end = parts.indices.last, parts[end].last + 1 == number {
            parts[end].last = number
        } else {
            parts.append((number, number))
        }
    }
    return parts.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)–\($0.last)" }.joined(
        separator: ", ")
}

/// What `robustness search --json` prints.
private struct RobustSetJSON: Encodable {
    struct Check: Encodable {
        let modules: [String]
        let accuracy: Double
        let taken: Bool
    }

    let modules, random: [String]
    let start, accuracy: Double
    let parameters, randomParameters, overlap: Int
    let checks: [Check]

    enum CodingKeys: String, CodingKey {
        case modules, random, start, accuracy, parameters, overlap, checks
        case randomParameters = "random_parameters"
    }

    init(_ found: RobustSet, _ random: [ProjectionPlace], _ sizes: [String: Int]) {
        func parameters(_ places: [ProjectionPlace]) -> Int {
            places.reduce(0) { $0 + sizes[$1.path, default: 0] }
        }
        (modules, self.random) = (found.modules.map(\.path), random.map(\.path))
        (start, accuracy) = (found.start, found.accuracy)
        (self.parameters, randomParameters) = (parameters(found.modules), parameters(random))
        overlap = found.overlap(with: random)
        checks = found.checks.map {
            Check(modules: $0.block.map(\.path), accuracy: $0.accuracy, taken: $0.isTaken)
        }
    }
}

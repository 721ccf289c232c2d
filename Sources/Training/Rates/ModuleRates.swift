public import Records
public import Transformers

/// The factor on the learning rate of each module in each step of a run.
///
/// A module is the path in the model's files without `.weight` or `.bias`; of an adapter's pair, the module that it sits on.
/// A factor of 0 freezes: the weights of the module have no gradient in these steps.
public struct ModuleRates: Codable, Sendable, Equatable {
    /// The factors of some steps.
    public struct Phase: Codable, Sendable, Equatable {
        /// The first step, counted from 1.
        public let from: Int
        /// The last step.
        public let through: Int
        /// The factor of each module.
        public let factors: [String: Double]
    }

    /// The phases, one after the other, to the end of the run.
    public let phases: [Phase]

    /// The rates of a run of some steps.
    ///
    /// - Parameters:
    ///   - rates: factors by patterns of module names, phase by phase.
    ///   - modules: the modules that are trained.
    ///   - others: further modules of the model, which are not trained.
    ///   - steps: optimizer steps of the run.
    /// - Throws: where a pattern matches no module that is trained, the phases do not fit the run, or nothing would be trained.
    public init(
        _ rates: Rates, modules: [String], others: [String] = [], steps: Int
    ) throws(RatesError) {
        var (phases, end) = ([Phase](), 0.0)
        for (number, phase) in rates.phases.enumerated() {
            let first = Int(end.rounded()) + 1
            switch phase.length {
            case nil: end = max(end, Double(steps))
            case .steps(let count): end += Double(count)
            case .share(let share): end += share * Double(steps)
            }
            let last = min(steps, Int(end.rounded()))
            let factors = try moduleFactors(phase, of: modules, others: others)
            if first > last && first <= steps { throw .emptyPhase(number: number) }
            if first > steps { continue }
            if factors.values.allSatisfy({ $0 == 0 }) { throw .nothingTrained(from: first, through: last) }
            phases.append(Phase(from: first, through: last, factors: factors))
        }
        guard phases.last?.through == steps else {
            throw .tooShort(steps: steps, phasesEnd: phases.last?.through ?? 0)
        }
        self.phases = phases
    }

    /// The factor 1 for all modules in all steps.
    public init(of modules: [String], steps: Int) {
        phases = [
            Phase(from: 1, through: steps, factors: Dictionary(uniqueKeysWithValues: modules.map { ($0, 1) }))
        ]
    }

    private init(_ phases: [Phase]) { self.phases = phases }

    /// The same with some modules frozen in all steps.
    public func freezing(_ modules: [String]) -> ModuleRates {
        let frozen = Dictionary(uniqueKeysWithValues: modules.map { ($0, 0.0) })
        return ModuleRates(
            phases.map {
                Phase(from: $0.from, through: $0.through, factors: $0.factors.merging(frozen) { $1 })
            })
    }

    /// The factor of a weight in a step, counted from 1.
    public func factor(of weight: String, step: Int) -> Double {
        let phase = phases.first { step <= $0.through } ?? phases[phases.count - 1]
        return phase.factors[modulePath(of: weight)] ?? 1
    }

    /// Whether a weight is trained in any of the steps up to one.
    func trains(_ weight: String, through step: Int = .max) -> Bool {
        let module = modulePath(of: weight)
        return phases.contains { $0.from <= step && $0.factors[module] ?? 1 != 0 }
    }
}

/// The factor of each module in a phase.
///
/// - Parameters:
///   - phase: factors by patterns of module names, the first that fits; and the factor of all other modules.
///   - modules: the modules that are trained.
///   - others: further modules, which are not trained; errors name them.
/// - Throws: where a pattern matches none of the modules.
public func moduleFactors(
    _ phase: Rates.Phase, of modules: [String], others: [String] = []
) throws(RatesError) -> [String: Double] {
    let rules = phase.rules.map { (pattern: Wildcard($0.pattern), rule: $0) }
    for (pattern, rule) in rules where !modules.contains(where: pattern.matches) {
        let untrained = others.filter(pattern.matches)
        guard untrained.isEmpty else { throw .notTrained(pattern: rule.pattern, modules: untrained) }
        let near = (modules + others).map { (name: $0, distance: pattern.distance(to: $0)) }
        let least = near.map(\.distance).min() ?? 0
        throw .noMatch(pattern: rule.pattern, nearest: near.filter { $0.distance == least }.map(\.name))
    }
    return Dictionary(
        uniqueKeysWithValues: modules.map { module in
            (module, rules.first { $0.pattern.matches(module) }?.rule.factor ?? phase.usual)
        })
}

/// The module of a weight: its name without what says which part of the module it is.
public func modulePath(of weight: String) -> String {
    for suffix in [".lora_A.weight", ".lora_B.weight", ".weight", ".bias"] where weight.hasSuffix(suffix) {
        return String(weight.dropLast(suffix.count))
    }
    return weight
}

/// Why rates do not fit a run.
public enum RatesError: Error, Equatable, CustomStringConvertible {
    /// A pattern matches no module of the model.
    case noMatch(pattern: String, nearest: [String])
    /// A pattern matches only modules that are not trained, because an adapter is and none sits on them.
    case notTrained(pattern: String, modules: [String])
    /// A phase has not one step, counted from 0.
    case emptyPhase(number: Int)
    /// The phases end before the run.
    case tooShort(steps: Int, phasesEnd: Int)
    /// All factors of a phase are 0.
    case nothingTrained(from: Int, through: Int)

    /// One sentence for the user, without a stop.
    public var description: String {
        switch self {
        case .noMatch(let pattern, let nearest):
            "the pattern \"\(pattern)\" matches no module; the nearest names are "
                + beginning(of: nearest) + " (`model show --modules` lists all)"
        case .notTrained(let pattern, let modules):
            "the pattern \"\(pattern)\" matches only modules that have no adapter, so they are not trained: "
                + beginning(of: modules) + "; leave the pattern out, or train an adapter on them"
        case .emptyPhase(let number):
            "\"phases[\(number)]\" is less than half a step of this run; give a larger share, or a number of steps"
        case .tooShort(let steps, let end):
            "the phases end after step \(end), and the run has \(steps) steps; leave out the \"steps\" of the last phase"
        case .nothingTrained(let first, let last):
            "all factors of the steps \(first) to \(last) are 0, so nothing would be trained; give some module another factor"
        }
    }
}

private func beginning(of names: [String]) -> String {
    names.prefix(3).joined(separator: ", ") + (names.count > 3 ? ", …" : "")
}

extension Decoder {
    /// The modules that training changes, in visiting order: those with adapters, and those that are saved with them, if
    /// there are any, otherwise all.
    public var trainedModules: [String] {
        let all = weightNames
        return modules(of: hasAdapters ? all.filter { isAdapter($0) || savedWithPairs.contains($0) } : all)
    }

    /// All modules, in visiting order: the paths that rates name.
    public var allModules: [String] { modules(of: weightNames) }

    private var weightNames: [String] {
        var (copy, names) = (self, [String]())
        copy.visitWeights { name, _ in names.append(name) }
        return names
    }
}

private func modules(of weights: [String]) -> [String] {
    var seen: Set<String> = []
    return weights.map(modulePath).filter { seen.insert($0).inserted }
}

public import Records
public import Transformers

/// Rates that train some modules as usual and the others hardly or not at all.
///
/// - Parameters:
///   - modules: the robust ones.
///   - factor: κ, the factor of all others; 0 freezes them.
///   - warmupShare: nil for ML-LR, the same factors in all steps. For SWAT the share of the steps in which the modules are
///     trained alone; then all are trained.
/// - Source: ML-LR: arXiv 2410.04524 v1. SWAT: its later version, by its abstract.
public func protectingRates(
    of modules: [ProjectionPlace], factor: Double, warmupShare: Double? = nil
) -> Rates {
    let rules = modules.map { Rates.Rule(pattern: literal($0.path), factor: 1) }
    guard let warmupShare else { return Rates(phases: [Rates.Phase(rules: rules, usual: factor)]) }
    return Rates(phases: [
        Rates.Phase(length: .share(warmupShare), rules: rules, usual: 0), Rates.Phase(rules: [], usual: 1),
    ])
}

/// A pattern that matches a path alone: paths of files have no wildcards, but a stranger's might.
private func literal(_ path: String) -> String {
    path.contains(where: { "*?[".contains($0) })
        ? path.map { "*?[".contains($0) ? "[\($0)]" : String($0) }.joined() : path
}

import Kernels
public import Transformers

/// How a robust set is searched for.
public struct SearchSettings: Sendable {
    /// The most that the accuracy may drop with the whole set perturbed.
    public var tolerance: Double
    /// Neighbouring layers that are tried together, for one type of module.
    public var run: Int

    /// Settings.
    public init(tolerance: Double = 0.02, run: Int = 4) { (self.tolerance, self.run) = (tolerance, run) }
}

/// The modules that can be perturbed together without the classifier noticing.
public struct RobustSet: Sendable {
    /// A check of the search: a block of modules beside those that were taken before.
    public struct Check: Sendable {
        /// The block.
        public let block: [ProjectionPlace]
        /// The accuracy with all of them perturbed.
        public let accuracy: Double
        /// Whether the block was taken.
        public let isTaken: Bool
    }

    /// The set, in the order of the model.
    public let modules: [ProjectionPlace]
    /// The modules that were looked at.
    public let candidates: [ProjectionPlace]
    /// The accuracy of the model as it is.
    public let start: Double
    /// The accuracy with the whole set perturbed.
    public let accuracy: Double
    /// The checks, in their order.
    public let checks: [Check]
}

/// Searches for a set of modules that are robust together, block by block: a block is one type over neighbouring layers.
///
/// Blocks are tried by their mean drop, the least first; of equal ones the upper first, and queries and keys last. A block that
/// makes the accuracy drop by more than the tolerance, with all that was taken before, is halved, down to single modules.
///
/// - Parameters:
///   - lines: measured drops, of the perturbation that is used.
///   - progress: is told the number of blocks, or parts of blocks, that were decided.
/// - Source: our reading of the paper's proxy-guided search, whose details are not told (arXiv 2410.04524).
nonisolated(nonsending) public func searchRobustSet(
    in model: Decoder, on prompts: [BehaviourPrompt], _ lines: [RobustnessLine], _ perturbation: Perturbation,
    _ search: SearchSettings, _ settings: RobustnessSettings, progress: (_ checks: Int) -> Void = { _ in }
) async throws(RobustnessError) -> RobustSet {
    let drops = try meanDrops(lines, of: perturbation)
    let candidates = model.projections.filter { drops[$0.path] != nil }
    guard candidates.count == drops.count else {
        let strange = drops.keys.filter { path in !candidates.contains { $0.path == path } }.min() ?? ""
        throw .results("the results name the module \(strange), which this model does not have")
    }
    let check = try await JointCheck(model, on: prompts, perturbation, settings)
    let start = check.startAccuracy
    var (taken, reached, checks) = ([ProjectionPlace](), start, [RobustSet.Check]())
    var waiting = Array(blocks(candidates, drops, run: search.run).reversed())
    while let block = waiting.popLast() {
        let found = await check.taken(with: Set((taken + block).map(\.path)))
        let accuracy = found.reduce(0, +) / Double(found.count)
        let isTaken = accuracy >= start - search.tolerance - 1e-9
        checks.append(RobustSet.Check(block: block, accuracy: accuracy, isTaken: isTaken))
        if isTaken {
            taken += block
            reached = accuracy
        } else if block.count > 1 {
            waiting += [Array(block[(block.count / 2)...]), Array(block[..<(block.count / 2)])]
        }
        progress(1)
    }
    guard !taken.isEmpty else {
        throw .noneIsRobust(tolerance: search.tolerance, least: drops.values.min() ?? .nan)
    }
    let paths = Set(taken.map(\.path))
    return RobustSet(
        modules: candidates.filter { paths.contains($0.path) }, candidates: candidates, start: start,
        accuracy: reached, checks: checks)
}

/// The mean drop of each module over the seeds of a perturbation: [path].
func meanDrops(
    _ lines: [RobustnessLine], of perturbation: Perturbation
) throws(RobustnessError) -> [String: Double] {
    var found: [String: [Double]] = [:]
    for line in lines where line.perturbation == perturbation.name && line.strength == perturbation.strength {
        if let module = line.module { found[module, default: []].append(line.drop) }
    }
    guard !found.isEmpty else {
        let names = Set(lines.compactMap { line in line.perturbation.map { "\($0)=\(line.strength ?? 0)" } })
        throw .results(
            "no module was measured under \(perturbation.name)=\(perturbation.strength), but under "
                + names.sorted().joined(separator: ", "))
    }
    return found.mapValues { $0.reduce(0, +) / Double($0.count) }
}

/// Blocks in the order in which they are tried; the upper layers of each come first.
private func blocks(
    _ places: [ProjectionPlace], _ drops: [String: Double], run: Int
) -> [[ProjectionPlace]] {
    let roles = ProjectionRole.allCases.filter { role in places.contains { $0.role == role } }
    let all = roles.flatMap { role in
        let own = Array(places.filter { $0.role == role }.sorted { $0.layer > $1.layer })
        return stride(from: 0, to: own.count, by: run).map { Array(own[$0..<min($0 + run, own.count)]) }
    }
    func drop(_ block: [ProjectionPlace]) -> Double {
        block.reduce(0) { $0 + (drops[$1.path] ?? 0) } / Double(block.count)
    }
    return all.sorted { a, b in
        let (first, second) = (drop(a), drop(b))
        if first != second { return first < second }
        if a[0].layer != b[0].layer { return a[0].layer > b[0].layer }
        return !a[0].role.isQueryOrKey && b[0].role.isQueryOrKey
    }
}

extension RobustSet {
    /// A set of as many modules of each type, in layers that are drawn: the control. Where all layers are alike it has as
    /// many parameters.
    public func randomSet(seed: Int) -> [ProjectionPlace] {
        var chosen: Set<ProjectionPlace> = []
        for (number, role) in ProjectionRole.allCases.enumerated() {
            let all = candidates.filter { $0.role == role }
            let count = modules.count { $0.role == role }
            var generator = SeededGenerator(seed: seed, stream: number)
            chosen.formUnion(all.shuffled(using: &generator).prefix(count))
        }
        return candidates.filter(chosen.contains)
    }

    /// The modules of another set that are in this one.
    public func overlap(with other: [ProjectionPlace]) -> Int {
        Set(modules).intersection(other).count
    }
}

import Dispatch
import Kernels
import Statistics
import Synchronization

extension Composition {
    /// Answers what a task is made of.
    ///
    /// - Parameters:
    ///   - question: the target, the tasks to explain it by, and how.
    ///   - patterns: those of the target, of every basic and every other task.
    ///   - heads: the heads of a layer, for leaving out layers.
    ///   - randomSets: at most how many sets of other tasks to try.
    ///   - seed: random seed of the sets.
    /// - Throws: `insufficient` when a pattern is zero or not finite.
    public init(
        _ question: Question, _ patterns: [TaskPatterns], heads: Int, randomSets: Int = 200, seed: Int = 0
    ) throws(PatternError) {
        func find(_ name: String) -> TaskPatterns {
            guard let found = patterns.first(where: { $0.task == name }) else {
                preconditionFailure("no pattern of \(name) among \(patterns.map(\.task))")
            }
            return found
        }
        let (target, basics, others) = (
            find(question.target), question.basics.map(find), question.others.map(find)
        )
        let problem = Problem(
            y: target.own, basics: basics.map(\.own), others: others.map(\.own), question: question)
        guard let fit = problem.fit, fit.uncentredR2 != nil else {
            throw .insufficient(
                "The pattern of \(question.target) is zero or not finite; there is nothing to compose.")
        }
        var generator = SeededGenerator(seed: seed, stream: -3)
        let sets = randomSubsets(
            of: others.count, size: min(basics.count, others.count), randomSets, &generator)
        let controls = sets.map { set in
            (
                set: set,
                control: Self.control(set.map { others[$0] }, target, basics + without(set, others), question)
            )
        }
        let rival = controls.max {
            ($0.control.partialR2 ?? -.infinity) < ($1.control.partialR2 ?? -.infinity)
        }
        let drawn = bootstrapped(target, basics, others, question, rival: rival?.set)
        let examples = ([target] + basics + others).map(\.examples).min() ?? 0
        let factors =
            question.method == .nonNegative ? 0...Double.infinity : -Double.infinity...Double.infinity
        func estimate(
            _ value: Double?, within bounds: ClosedRange<Double> = -Double.infinity...Double.infinity,
            _ part: (Drawn) -> Double?
        ) -> Estimate {
            biasCorrected(value, drawn.map(part), examples: examples, within: bounds)
        }
        let explained = -Double.infinity...1.0
        self.question = question
        coefficients = fit.coefficients.indices.map { index in
            estimate(fit.coefficients[index], within: factors) { $0.fit?.coefficients[index] }
        }
        shares = fit.coefficients.indices.map { index in
            estimate(fit.shares?[index], within: question.method == .nonNegative ? 0...1 : factors) {
                $0.fit?.shares?[index]
            }
        }
        intercept = fit.intercept
        centredR2 = estimate(fit.centredR2, within: explained) { $0.fit?.centredR2 }
        uncentredR2 = estimate(fit.uncentredR2, within: explained) { $0.fit?.uncentredR2 }
        let partial = problem.partial
        partialR2 = estimate(partial?.uncentredR2, within: explained) { $0.partial?.uncentredR2 }
        partialCoefficients = partial.map { own in
            own.coefficients.indices.map { index in
                estimate(own.coefficients[index], within: factors) { $0.partial?.coefficients[index] }
            }
        }
        leaveOneLayerOutR2 = problem.leaveOneLayerOutR2(heads: heads)
        singles = basics.map { basic in
            Self.control([basic], target, basics.filter { $0.task != basic.task } + others, question)
        }.sorted(by: better)
        random = controls.map(\.control).sorted(by: better)
        let ownAdvantage = partial?.uncentredR2.flatMap { own in rival?.control.partialR2.map { own - $0 } }
        advantage = estimate(ownAdvantage) { drawn in
            drawn.partial?.uncentredR2.flatMap { own in drawn.rival?.uncentredR2.map { own - $0 } }
        }
        condition = leastSquares(problem.basics, problem.y)?.condition ?? .infinity
    }

    private static func control(
        _ chosen: [TaskPatterns], _ target: TaskPatterns, _ rest: [TaskPatterns], _ question: Question
    ) -> Control {
        let problem = Problem(
            y: target.own, basics: chosen.map(\.own), others: rest.map(\.own), question: question)
        let fit = problem.fit
        return Control(
            tasks: chosen.map(\.task), uncentredR2: fit?.uncentredR2, centredR2: fit?.centredR2,
            partialR2: problem.partial?.uncentredR2)
    }
}

/// The items whose places are not in a set.
private func without<Item>(_ set: [Int], _ items: [Item]) -> [Item] {
    items.indices.filter { !set.contains($0) }.map { items[$0] }
}

private func better(_ one: Composition.Control, _ other: Composition.Control) -> Bool {
    (one.uncentredR2 ?? -.infinity) > (other.uncentredR2 ?? -.infinity)
}

/// Fits of one resample.
private struct Drawn: Sendable {
    let fit, partial, rival: Fit?
}

private func bootstrapped(
    _ target: TaskPatterns, _ basics: [TaskPatterns], _ others: [TaskPatterns],
    _ question: Composition.Question,
    rival set: [Int]?
) -> [Drawn] {
    let count = ([target] + basics + others).map(\.drawn.count).min() ?? 0
    let parts = Mutex([Int: Drawn]())
    DispatchQueue.concurrentPerform(iterations: count) { resample in
        let problem = Problem(
            y: target.drawn[resample], basics: basics.map { $0.drawn[resample] },
            others: others.map { $0.drawn[resample] }, question: question)
        let rival = set.flatMap { set in
            Problem(
                y: problem.y, basics: set.map { problem.others[$0] },
                others: problem.basics + without(set, problem.others), question: question
            ).partial
        }
        let made = Drawn(fit: problem.fit, partial: problem.partial, rival: rival)
        parts.withLock { $0[resample] = made }
    }
    let made = parts.withLock { $0 }
    return (0..<count).compactMap { made[$0] }
}

/// One pattern to explain and those to explain it by.
private struct Problem {
    let y: [Double]
    let basics: [[Double]]
    let others: [[Double]]
    let question: Composition.Question

    var fit: Fit? { Fit(y, by: basics, method: question.method, intercept: question.intercept) }

    /// The fit of what is left when a constant and the mean of the others are out; `nil` without others.
    var partial: Fit? {
        guard !others.isEmpty else { return nil }
        let mode = mean(others)
        return Fit(
            removingCommonMode(y, mode), by: basics.map { removingCommonMode($0, mode) },
            method: question.method)
    }

    func leaveOneLayerOutR2(heads: Int) -> Double? {
        guard y.count > heads else { return nil }
        var errors = 0.0
        for start in stride(from: 0, to: y.count, by: heads) {
            let layer = start..<min(start + heads, y.count)
            func without(_ x: [Double]) -> [Double] { Array(x[..<layer.lowerBound]) + x[layer.upperBound...] }
            guard
                let fit = Fit(
                    without(y), by: basics.map(without), method: question.method,
                    intercept: question.intercept)
            else { return nil }
            let errorsOfLayer = subtracting(Array(y[layer]), fit.predicted(basics.map { Array($0[layer]) }))
            errors += dot(errorsOfLayer, errorsOfLayer)
        }
        let about = centred(y)
        return dot(about, about) > 0 ? 1 - errors / dot(about, about) : nil
    }
}

/// Sets of `size` of `count` numbers: all of them if there are at most `limit`, else `limit` drawn at random.
func randomSubsets(
    of count: Int, size: Int, _ limit: Int, _ generator: inout SeededGenerator
) -> [[Int]] {
    guard size > 0 else { return [] }
    var all: [[Int]] = [[]]
    for _ in 0..<size {
        all = all.flatMap { chosen in
            ((chosen.last ?? -1) + 1..<max(count, (chosen.last ?? -1) + 1)).map { chosen + [$0] }
        }
        if all.count > 100_000 { break }
    }
    if all.count <= limit { return all.filter { $0.count == size } }
    var drawn: Set<[Int]> = []
    while drawn.count < limit { drawn.insert((0..<count).shuffled(using: &generator).prefix(size).sorted()) }
    return drawn.sorted { $0.lexicographicallyPrecedes($1) }
}

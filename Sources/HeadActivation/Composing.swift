import Dispatch
import Kernels
import Synchronization

extension Composition {
    /// Answers what a task is made of.
    ///
    /// - Parameters:
    ///   - patterns: those of the target, of every basic and every other task.
    ///   - heads: the heads of a layer, for leaving out layers.
    ///   - randomSets: at most how many sets of other tasks to try.
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
        let drawn = bootstrapped(target, basics, others, question)
        func estimate(_ value: Double?, _ part: (Drawn) -> Double?) -> Estimate {
            Estimate(value: value, interval: percentileInterval(drawn.map(part)))
        }
        self.question = question
        coefficients = fit.coefficients.indices.map { index in
            estimate(fit.coefficients[index]) { $0.fit?.coefficients[index] }
        }
        shares = fit.coefficients.indices.map { index in
            estimate(fit.shares?[index]) { $0.fit?.shares?[index] }
        }
        intercept = fit.intercept
        centredR2 = estimate(fit.centredR2) { $0.fit?.centredR2 }
        uncentredR2 = estimate(fit.uncentredR2) { $0.fit?.uncentredR2 }
        let partial = problem.partial
        partialR2 = estimate(partial?.uncentredR2) { $0.partial?.uncentredR2 }
        partialCoefficients = partial.map { own in
            own.coefficients.indices.map { index in
                estimate(own.coefficients[index]) { $0.partial?.coefficients[index] }
            }
        }
        leaveOneLayerOutR2 = problem.leaveOneLayerOutR2(heads: heads)
        singles = basics.map { basic in
            let rest = basics.filter { $0.task != basic.task } + others
            return control([basic], target: target, rest: rest, question)
        }.sorted(by: better)
        var generator = SeededGenerator(seed: seed, stream: -3)
        random = randomSubsets(
            of: others.count, size: min(basics.count, others.count), randomSets, &generator
        ).map {
            indices in
            let chosen = indices.map { others[$0] }
            let rest = basics + others.indices.filter { !indices.contains($0) }.map { others[$0] }
            return control(chosen, target: target, rest: rest, question)
        }.sorted(by: better)
        condition = leastSquares(problem.basics, problem.y)?.condition ?? .infinity
    }
}

private func better(_ one: Composition.Control, _ other: Composition.Control) -> Bool {
    (one.uncentredR2 ?? -.infinity) > (other.uncentredR2 ?? -.infinity)
}

private func control(
    _ chosen: [TaskPatterns], target: TaskPatterns, rest: [TaskPatterns], _ question: Composition.Question
) -> Composition.Control {
    let problem = Problem(
        y: target.own, basics: chosen.map(\.own), others: rest.map(\.own), question: question)
    let fit = problem.fit
    return Composition.Control(
        tasks: chosen.map(\.task), uncentredR2: fit?.uncentredR2, centredR2: fit?.centredR2,
        partialR2: problem.partial?.uncentredR2)
}

/// Fits of one resample.
private struct Drawn: Sendable {
    let fit, partial: Fit?
}

private func bootstrapped(
    _ target: TaskPatterns, _ basics: [TaskPatterns], _ others: [TaskPatterns],
    _ question: Composition.Question
) -> [Drawn] {
    let count = ([target] + basics + others).map(\.drawn.count).min() ?? 0
    let parts = Mutex([Int: Drawn]())
    DispatchQueue.concurrentPerform(iterations: count) { resample in
        let problem = Problem(
            y: target.drawn[resample], basics: basics.map { $0.drawn[resample] },
            others: others.map { $0.drawn[resample] }, question: question)
        let made = Drawn(fit: problem.fit, partial: problem.partial)
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

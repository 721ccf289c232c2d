import HeadActivation
import Statistics
import Testing

@Suite struct CompositionTests {
    static let x = [[1, 0.5, 0.1, 0.3, 0, 0.8], [0.2, 0.1, 0.9, 0.4, 0.7, 0]]
    static let mixed = [0.95, 0.5, 0.55, 0.45, 0.4, 0.65]
    static let opposed = [0.9, 0.4, -0.5, 0.1, -0.45, 0.85]

    @Test func matchesTheVectors() throws {
        let free = try #require(Fit(Self.mixed, by: Self.x))
        close(free.coefficients, [0.835714, 0.536802])
        close(try #require(free.shares), [0.608892, 0.391108])
        close([try #require(free.uncentredR2), try #require(free.centredR2)], [0.998970, 0.988366])
        let ordinary = try #require(Fit(Self.mixed, by: Self.x, method: .ordinary, intercept: true))
        close([ordinary.intercept] + ordinary.coefficients, [0.026583, 0.806983, 0.505064])
        close([try #require(ordinary.centredR2)], [0.989563])
        // All factors of the ordinary fit are positive, so it is the best without negatives too.
        let positive = try #require(Fit(Self.mixed, by: Self.x, method: .nonNegative, intercept: true))
        close([positive.intercept] + positive.coefficients, [0.026583, 0.806983, 0.505064])
        let signed = try #require(Fit(Self.opposed, by: Self.x, method: .ordinary))
        close(signed.coefficients, [1.034583, -0.649608])
        let clipped = try #require(Fit(Self.opposed, by: Self.x))
        close(clipped.coefficients, [0.884422, 0])
        close([try #require(clipped.uncentredR2)], [0.722312])
        #expect(apportioned(1000, by: try #require(free.shares)) == [609, 391])
    }

    private func close(_ found: [Double], _ expected: [Double]) {
        #expect(found.count == expected.count)
        for (our, number) in zip(found, expected) { #expect(abs(our - number) < 1e-6) }
    }

    /// Six tasks that share `common` of their variance; the last is made of the first two, or of nothing.
    private func patterns(planted: Bool, common: Double, noise: Double = 0.3, seed: Int = 1) -> [TaskPatterns]
    {
        var normal = Normal(seed)
        let shared = normal.logNormal(120)
        func own() -> [Double] {
            zip(shared, normal.logNormal(120)).map {
                common.squareRoot() * $0 + (1 - common).squareRoot() * $1
            }
        }
        var means = (0..<6).map { _ in own() }
        if planted { means[5] = zip(means[0], means[1]).map { 0.7 * $0 + 0.4 * $1 } }
        return means.enumerated().map { index, mean in
            TaskPatterns(measured("task\(index)", mean, noise: noise, seed: seed + index), resamples: 200)
        }
    }

    private func compose(
        _ patterns: [TaskPatterns], basics: [String] = ["task0", "task1"],
        others: [String] = ["task2", "task3", "task4"]
    ) throws -> Composition {
        try Composition(
            Composition.Question(target: "task5", basics: basics, others: others), patterns, heads: 10)
    }

    @Test func findsWhatWasPlanted() throws {
        let found = try compose(patterns(planted: true, common: 0.5))
        #expect(found.verdict == .supported(ingredients: ["task0", "task1"]))
        #expect(abs((found.coefficients[0].value ?? 0) - 0.7) < 0.08)
        #expect(abs((found.coefficients[1].value ?? 0) - 0.4) < 0.08)
        #expect((found.partialR2.value ?? 0) > 0.8 && (found.leaveOneLayerOutR2 ?? 0) > 0.8)
        #expect((found.random.first?.uncentredR2 ?? 1) < (found.uncentredR2.value ?? 0))
        for estimate in found.coefficients + [found.uncentredR2, found.partialR2] {
            let interval = try #require(estimate.interval)
            #expect(interval.low < interval.high)
        }
    }

    @Test func givesNothingToATaskThatWasNotUsed() throws {
        let found = try compose(
            patterns(planted: true, common: 0.5), basics: ["task0", "task1", "task2"],
            others: ["task3", "task4"])
        #expect(found.verdict == .supported(ingredients: ["task0", "task1"]))
        #expect((found.shares[2].value ?? 1) < 0.08)
    }

    @Test(arguments: 1...5)
    func doesNotTakeTheCommonModeForIngredients(_ seed: Int) throws {
        let found = try compose(patterns(planted: false, common: 0.95, seed: 10 * seed))
        #expect((found.uncentredR2.value ?? 0) > 0.85, "a good fit all the same")
        #expect((found.partialR2.value ?? 1) < 0.2)
        #expect([.commonModeOnly, .uncertain].contains(found.verdict))
    }

    @Test func saysThatThereIsNoControl() throws {
        let found = try compose(patterns(planted: true, common: 0.5), others: [])
        #expect(found.verdict == .noControl && found.random.isEmpty && found.partialR2.value == nil)
    }

    @Test func refusesAZeroTarget() throws {
        let zero = TaskPatterns(task: "task5", own: [0, 0, 0], drawn: [])
        let basic = TaskPatterns(task: "a", own: [1, 2, 3], drawn: [])
        #expect(throws: PatternError.self) {
            try Composition(
                Composition.Question(target: "task5", basics: ["a"], others: []), [zero, basic], heads: 1)
        }
    }

    @Test func takesOutTheCommonMode() {
        var normal = Normal(3)
        let (x, mode) = (normal.logNormal(50), normal.logNormal(50))
        let rest = removingCommonMode(x, mode)
        #expect(abs(rest.reduce(0, +)) < 1e-10)
        #expect(abs(zip(rest, mode).reduce(0) { $0 + $1.0 * $1.1 }) < 1e-10)
        let again = removingCommonMode(rest, mode)
        #expect(zip(rest, again).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(removingCommonMode(mode.map { 2 * $0 + 3 }, mode).allSatisfy { abs($0) < 1e-12 })
        #expect(removingCommonModes([x, mode]) == nil && removingCommonModes([x, mode, rest]) != nil)
    }

    /// A row of the table below.
    struct Row: Sendable { let share, centred, uncentred, partial: Double }

    /// Tasks that share a heavy-tailed part and nothing else: what R² makes of two that have nothing to do with the
    /// target, and what is left without the common mode. Heads are √s·c + √(1 − s)·own, both log-normal with σ = 1.
    @Test(arguments: [
        Row(share: 0, centred: 0.002, uncentred: 0.21, partial: 0.002),
        Row(share: 0.3, centred: 0.15, uncentred: 0.54, partial: 0.02),
        Row(share: 0.6, centred: 0.45, uncentred: 0.74, partial: 0.04),
        Row(share: 0.9, centred: 0.85, uncentred: 0.92, partial: 0.04),
    ])
    func explainsNothingBeyondTheCommonMode(_ row: Row) throws {
        var (centred, uncentred, partial) = (0.0, 0.0, 0.0)
        let repeats = 40
        for repetition in 0..<repeats {
            var normal = Normal(1000 + repetition)
            let common = normal.logNormal(1024, sigma: 1)
            let tasks = (0..<8).map { _ in
                zip(common, normal.logNormal(1024, sigma: 1)).map {
                    row.share.squareRoot() * $0 + (1 - row.share).squareRoot() * $1
                }
            }
            let pair = [tasks[1], tasks[2]]
            centred += try #require(Fit(tasks[0], by: pair, method: .ordinary, intercept: true)?.centredR2)
            uncentred += try #require(Fit(tasks[0], by: pair, method: .ordinary)?.uncentredR2)
            let question = Composition.Question(
                target: "0", basics: ["1", "2"], others: ["3", "4", "5", "6", "7"], method: .ordinary)
            let patterns = tasks.enumerated().map {
                TaskPatterns(task: "\($0.offset)", own: $0.element, drawn: [])
            }
            let found = try Composition(question, patterns, heads: 32, randomSets: 1)
            partial += try #require(found.partialR2.value)
        }
        let count = Double(repeats)
        // Means of 40 repeats of so heavy a tail scatter by up to 0.015.
        #expect(abs(centred / count - row.centred) < 0.04)
        #expect(abs(uncentred / count - row.uncentred) < 0.04)
        #expect(abs(partial / count - row.partial) < 0.02)
    }
}

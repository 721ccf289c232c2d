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

    /// A target that shares nothing but the common part with two tasks: its R² grows with that part's share s of the
    /// variance as 2s²/(1 + s), and goes when the common part is taken out.
    @Test(arguments: [0.0, 0.3, 0.6, 0.9])
    func explainsNothingBeyondTheCommonMode(_ share: Double) throws {
        var (whole, rest) = (0.0, 0.0)
        for repetition in 0..<20 {
            var normal = Normal(1000 + repetition)
            func standardized() -> [Double] {
                let x = normal.logNormal(1024)
                let middle = x.reduce(0, +) / 1024
                let deviation = (x.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / 1024).squareRoot()
                return x.map { ($0 - middle) / deviation }
            }
            let common = standardized()
            let tasks = (0..<8).map { _ in
                zip(common, standardized()).map { share.squareRoot() * $0 + (1 - share).squareRoot() * $1 }
            }
            let fit = try #require(
                Fit(tasks[0], by: [tasks[1], tasks[2]], method: .ordinary, intercept: true))
            whole += (fit.centredR2 ?? 0) / 20
            let question = Composition.Question(
                target: "0", basics: ["1", "2"], others: ["3", "4", "5", "6", "7"], method: .ordinary)
            let patterns = tasks.enumerated().map {
                TaskPatterns(task: "\($0.offset)", own: $0.element, drawn: [])
            }
            let found = try Composition(question, patterns, heads: 32, randomSets: 1)
            rest += (found.partialR2.value ?? 0) / 20
        }
        #expect(abs(whole - 2 * share * share / (1 + share)) < 0.03)
        #expect(rest < 0.1)
    }
}

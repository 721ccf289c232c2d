import HeadActivation
import Statistics
import Testing

@Suite struct TaskTests {
    /// Two kinds of tasks with three tasks each, that share most of their pattern.
    private let tasks: [HeadMeasurement]

    init() {
        var normal = Normal(4)
        let shared = normal.logNormal(80)
        let kinds = (0..<2).map { _ in normal.logNormal(80) }
        tasks = (0..<6).map { index in
            let own = normal.logNormal(80)
            let means = shared.indices.map { shared[$0] + 0.6 * kinds[index / 3][$0] + 0.1 * own[$0] }
            return measured("task\(index)", means, seed: index)
        }
    }

    @Test func groupsTasksOfAKind() throws {
        let similarity = TaskSimilarity(tasks, resamples: 200)
        let specific = try #require(similarity.withoutCommonMode)
        let distances = specific.map { row in row.map { 1 - ($0.value ?? 0) } }
        guard case .join(let first, let second, _) = averageLinkage(distances) else {
            Issue.record("a single cluster of six tasks")
            return
        }
        #expect(Set([Set(first.leaves), Set(second.leaves)]) == [[0, 1, 2], [3, 4, 5]])
        for (i, row) in similarity.matrix.enumerated() {
            #expect(abs((row[i].value ?? 0) - 1) < 1e-12 && row[i].interval == nil)
            for (j, estimate) in row.enumerated() where i != j {
                #expect(estimate.interval != nil && estimate.value == similarity.matrix[j][i].value)
            }
        }
        let pairs = similarity.matrix.enumerated().flatMap { row in
            row.element[(row.offset + 1)...].compactMap(\.value)
        }
        #expect(abs(try #require(similarity.mean.value) - pairs.reduce(0, +) / 15) < 1e-12)
        let interval = try #require(similarity.mean.interval)
        #expect(interval.low < interval.high)
        #expect(TaskSimilarity(Array(tasks[..<2]), resamples: 100).withoutCommonMode == nil)
    }

    @Test func findsTheTaskThatAHeadServes() throws {
        let flat = [Double](repeating: 1, count: 20)
        var special = flat
        special[7] = 9
        let found = headSpecificity(
            [measured("a", flat, seed: 1), measured("b", special, seed: 2), measured("c", flat, seed: 3)],
            resamples: 200)
        let first = try #require(found.first)
        #expect(first.layer == 0 && first.head == 7 && first.task == 1 && first.certainty == 1)
        #expect(found.count == 20 && found.dropFirst().allSatisfy { $0.specificity < 0.05 })
        #expect(found.allSatisfy { abs($0.parts.reduce(0, +) - 1) < 1e-12 })
        #expect(abs(headSpecificity([tasks[0], tasks[0]], resamples: 10)[0].specificity) < 1e-12)
    }

    @Test func scalesPatterns() {
        let x = [3, 4, 0, 0, 6, 8.0]
        #expect(PatternScale.raw.applied(to: x, heads: 2) == x)
        #expect(PatternScale.layer.applied(to: x, heads: 2) == [0.6, 0.8, 0, 0, 0.6, 0.8])
        #expect(abs(PatternScale.share.applied(to: x, heads: 2).reduce(0, +) - 1) < 1e-15)
        // A layer that weighs nine times as much is the same pattern within layers.
        let (layer, even) = ((1...10).map { Double($0) }, [Double](repeating: 1, count: 10))
        let alike = TaskSimilarity(
            [
                measured("a", layer + even, noise: 0, seed: 1),
                measured("b", layer.map { 9 * $0 } + even, noise: 0, seed: 2),
            ], scale: .layer, resamples: 100)
        #expect(abs((alike.matrix[0][1].value ?? 0) - 1) < 1e-6)
    }

    @Test func sumsLayers() {
        let profile = tasks[0].layerProfile(resamples: 200)
        #expect(profile.count == 8 && abs(profile.reduce(0) { $0 + ($1.value ?? 0) } - 1) < 1e-12)
        for layer in profile {
            guard let value = layer.value, let interval = layer.interval else { continue }
            #expect(interval.low < value && value < interval.high)
        }
        #expect(layerProfile([1, 2, 3, 4], heads: 2) == [3, 7])
    }
}

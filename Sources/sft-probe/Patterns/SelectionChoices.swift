import Kernels
import HeadActivation
import Records
import Reports

/// A choice from a pool beside what other ways would choose.
struct SelectionChoices {
    /// Examples of the pool, by their places in its measurement; best first.
    let chosen: [Int]
    let ways: [Way]
    let ids: [String]
    let scores: [Double]

    /// How a way of choosing fares. Random ways are means over 100 draws.
    struct Way {
        let name: String
        let score: Double
        let redundancy: Double?
        let supervisedTokens, loss, overlap: Double
        /// The part of the choice that bears each task's name, where the pool names tasks.
        let tasks: [String: Double]
    }

    /// - Parameter likeness: other ways to say how like the target each example of the pool is.
    init(
        pool: HeadMeasurement, examples: [Example], scores: PoolScores, count: Int, balance: Double,
        likeness: [(name: String, similarities: [Double])], seed: Int
    ) {
        let chosen = scores.selected(count, balance: balance)
        let wanted = Set(chosen)
        func way(_ name: String, _ draws: [[Int]]) -> Way {
            func mean(_ value: ([Int]) -> Double?) -> Double? {
                let values = draws.compactMap(value)
                return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
            }
            func meanOfExamples(_ value: (Int) -> Double) -> Double {
                mean { draw in draw.reduce(0) { $0 + value($1) } / Double(draw.count) } ?? .nan
            }
            let names = Set(examples.compactMap(\.task))
            return Way(
                name: name, score: meanOfExamples { scores.scores[$0] }, redundancy: mean(scores.redundancy),
                supervisedTokens: meanOfExamples { Double(pool.supervisedTokens[$0]) },
                loss: meanOfExamples { Double(pool.loss[$0]) },
                overlap: meanOfExamples { wanted.contains($0) ? 1 : 0 },
                tasks: Dictionary(
                    uniqueKeysWithValues: names.map { name in
                        (name, meanOfExamples { examples[$0].task == name ? 1 : 0 })
                    }))
        }
        var generator = SeededGenerator(seed: seed, stream: -5)
        var ways = [
            way("by pattern", [chosen]),
            way("by pattern, most similar", [largestFirst(scores.scores, count)]),
            way(
                "random", (0..<100).map { _ in randomSelection(count, of: pool.examples, using: &generator) }),
            way(
                "random, same lengths",
                (0..<100).map { _ in
                    lengthMatchedSelection(chosen, lengths: pool.supervisedTokens, using: &generator)
                }),
            way("largest loss", [largestFirst(pool.loss.map { Double($0) }, count)]),
        ]
        for (name, similarities) in likeness {
            ways.append(way(name, [largestFirst(similarities, count)]))
        }
        self.chosen = chosen
        self.ways = ways
        ids = pool.ids
        self.scores = scores.scores
    }

    var table: Table {
        let names = (ways.first?.tasks.keys).map { $0.sorted() } ?? []
        var table = Table(
            [
                .text("choice"), .number("similarity"), .number("redundancy"), .number("supervised tokens"),
                .number("loss"), .number("overlap"),
            ] + names.prefix(6).map { .number($0) })
        for way in ways {
            table.add(
                [
                    way.name, fixed(way.score, decimals: 3), fixed(way.redundancy, decimals: 3),
                    fixed(way.supervisedTokens, decimals: 1), fixed(way.loss, decimals: 3),
                    percent(way.overlap, decimals: 0),
                ] + names.prefix(6).map { percent(way.tasks[$0], decimals: 0) })
        }
        return table
    }
}

/// A choice as `--json` prints it.
struct SelectionJSON: Encodable {
    struct Chosen: Encodable {
        let id: String
        let score: PatternJSON.Number
    }

    struct Way: Encodable {
        let name: String
        let similarity, redundancy, supervisedTokens, loss, overlap: PatternJSON.Number
        let tasks: [String: Double]
    }

    let target, pool: String
    let output: String?
    let chosen: [Chosen]
    let ways: [Way]

    init(_ choices: SelectionChoices, target: String, pool: String, output: String?) {
        (self.target, self.pool, self.output) = (target, pool, output)
        chosen = choices.chosen.map {
            Chosen(id: choices.ids[$0], score: PatternJSON.Number(choices.scores[$0]))
        }
        ways = choices.ways.map { way in
            Way(
                name: way.name, similarity: PatternJSON.Number(way.score),
                redundancy: PatternJSON.Number(way.redundancy),
                supervisedTokens: PatternJSON.Number(way.supervisedTokens),
                loss: PatternJSON.Number(way.loss),
                overlap: PatternJSON.Number(way.overlap), tasks: way.tasks)
        }
    }
}

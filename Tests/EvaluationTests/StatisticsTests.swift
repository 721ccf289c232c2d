import Statistics
import Evaluation
import TestSupport
import Testing

/// Intervals and tests against scipy's.
@Suite struct StatisticsTests {
    @Test func wilsonsInterval() throws {
        for row in try EvaluationReference().wilson {
            let interval = Proportion(Int(row[0]), of: Int(row[1])).interval
            #expect(abs(interval.lowerBound - row[2]) < 1e-12, "\(row)")
            #expect(abs(interval.upperBound - row[3]) < 1e-12, "\(row)")
        }
        #expect(Proportion(0, of: 0).interval == 0...1)
    }

    @Test func pairedDifferences() throws {
        for row in try EvaluationReference().paired {
            let counts = row.prefix(4).map { Int($0) }
            let outcomes = [(true, true), (true, false), (false, true), (false, false)]
            let comparison = PairedComparison(
                zip(counts, outcomes).flatMap { Array(repeating: (before: $1.0, now: $1.1), count: $0) })
            #expect(
                [comparison.both, comparison.lost, comparison.won, comparison.neither] == counts)
            #expect(abs(comparison.p - row[4]) < 1e-9 * row[4] + 1e-15, "\(row)")
            #expect(abs(comparison.interval.lowerBound - row[5]) < 1e-12, "\(row)")
            #expect(abs(comparison.interval.upperBound - row[6]) < 1e-12, "\(row)")
            #expect(abs(comparison.difference - (comparison.now.share - comparison.before.share)) < 1e-12)
        }
    }

    @Test func meansAndTheirErrors() {
        let mean = Mean([1, 2, 3, 6])
        #expect(mean.value == 3 && abs(mean.standardError - (14.0 / 3 / 4).squareRoot()) < 1e-12)
        #expect(Mean([1]).standardError.isNaN)
    }
}

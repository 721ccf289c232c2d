import Foundation
import Kernels
import Testing

/// A softmax over a vocabulary of which one token has nearly all: a float that holds its share takes nothing of numbers below
/// its last digit, which together are a thousandth.
@Suite struct SoftmaxOfManyTests {
    static let count = 49_152
    /// The chosen one among the rest, each e⁻¹⁸ of it.
    static let scores = (0..<count).map { $0 == 777 ? Float(3) : -15 }
    static let sum = 1 + Double(count - 1) * exp(-18)

    @Test func logSumExpTakesAll() {
        let found = Double(logSumExp(Self.scores, rowLength: Self.count)[0])
        #expect(abs(found - 3 - log(Self.sum)) < 1e-6)
    }

    @Test func probabilitiesAddUp() {
        let found = softmax(Self.scores, rowLength: Self.count)
        #expect(abs(found.reduce(0.0) { $0 + Double($1) } - 1) < 1e-6)
        #expect(abs(Double(found[777]) * Self.sum - 1) < 1e-6)
    }
}

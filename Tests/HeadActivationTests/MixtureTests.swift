import Kernels
import HeadActivation
import Testing

@Suite struct MixtureTests {
    @Test func apportionsByTheLargestRemainder() {
        #expect(apportioned(1000, by: [0.835714, 0.536802]) == [609, 391])
        #expect(apportioned(10, by: [1, 1, 1]) == [4, 3, 3])
        #expect(apportioned(5, by: [0, 2, 0]) == [0, 5, 0])
        #expect(apportioned(0, by: [1, 2]) == [0, 0])
        #expect(apportioned(1, by: [1e-9, 0, 1]) == [0, 0, 1])
    }

    @Test func alwaysAddsUp() {
        var generator = SeededGenerator(seed: 3)
        for total in 0..<200 {
            let shares = (0..<1 + total % 7).map { _ in Double.random(in: 0.001..<1, using: &generator) }
            let counts = apportioned(total, by: shares)
            #expect(counts.reduce(0, +) == total)
            let sum = shares.reduce(0, +)
            for (count, share) in zip(counts, shares) {
                #expect(abs(Double(count) - Double(total) * share / sum) < 1)
            }
        }
    }

    @Test func drawsWithoutRepeatingUnlessAsked() throws {
        var generator = SeededGenerator(seed: 3)
        #expect(Set(try #require(drawn(8, of: 8, repeating: false, using: &generator))).count == 8)
        #expect(drawn(9, of: 8, repeating: false, using: &generator) == nil)
        let many = try #require(drawn(20, of: 8, repeating: true, using: &generator))
        for item in 0..<8 { #expect([2, 3].contains(many.count { $0 == item })) }
        #expect(drawn(1, of: 0, repeating: true, using: &generator) == nil)
        #expect(drawn(0, of: 0, repeating: false, using: &generator) == [])
    }
}

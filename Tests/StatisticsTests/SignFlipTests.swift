import Foundation
import Statistics
import Testing

@Suite struct SignFlipTests {
    @Test func ofOnesItIsMcNemar() {
        // 9 against 1: 2·(1 + 10)/2¹⁰.
        #expect(signFlipP([Double](repeating: 1, count: 9) + [-1]) == 22.0 / 1024)
        #expect(signFlipP([0, 0]) == 1 && signFlipP([]) == 1 && signFlipP([3]) == 1)
        #expect(signFlipP([1, 1, 1, 1, 1]) == 0.0625, "five that agree decide nothing")
    }

    /// Drawn signs give what all signs give, and Student's test nearly so.
    @Test func manyAreDrawn() {
        let differences = (0..<40).map { 0.1 + cos(Double($0 * $0)) }
        let found = signFlipP(differences, draws: 20000)
        let student = PairedChange(before: differences.map { _ in 0 }, after: differences).p
        #expect(abs(found / student - 1) < 0.3, "\(found), \(student)")
        #expect(signFlipP(differences, draws: 500, seed: 1) == signFlipP(differences, draws: 500, seed: 1))
    }

    @Test func signsAreFair() {
        let signs = (0..<100).flatMap { drawnSigns(100, seed: 4, draw: $0) }
        #expect(abs(signs.reduce(0, +)) < 400 && Set(signs) == [1, -1])
        #expect(drawnSigns(70, seed: 1, draw: 2) == drawnSigns(70, seed: 1, draw: 2))
        #expect(drawnSigns(70, seed: 1, draw: 2) != drawnSigns(70, seed: 1, draw: 3))
    }
}

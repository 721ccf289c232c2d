import Statistics
import Testing

@Suite struct AreaUnderCurveTests {
    @Test func tiesCountHalf() {
        #expect(AreaUnderCurve([1, 1, 1, 1], isPositive: [false, true, false, true]).value == 0.5)
        #expect(AreaUnderCurve([0, 1], isPositive: [true, true]).value == nil)
        #expect(AreaUnderCurve([0, 1, 2], isPositive: [false, true, true]).value == 1)
    }

    /// An example of weight 2 is that example twice.
    @Test func weightsCountExamples() {
        let once = AreaUnderCurve([0.1, 0.4, 0.35, 0.8, 0.4], isPositive: [false, false, true, true, true])
        let twice = AreaUnderCurve(
            [0.1, 0.4, 0.35, 0.8, 0.4, 0.35], isPositive: [false, false, true, true, true, true])
        #expect(once.value(weights: [1, 1, 2, 1, 1]) == twice.value)
        #expect(once.value(weights: [0, 0, 1, 1, 1]) == nil)
    }
}

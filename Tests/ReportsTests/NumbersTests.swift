import Reports
import Testing

@Suite struct NumbersTests {
    @Test(arguments: [
        (0.0, "0"), (1.0, "1.00"), (0.123456, "0.123"), (-0.00012345, "-0.000123"), (0.000012345, "1.23e-5"),
        (99.96, "100"), (999.6, "1000"), (123456.0, "123456"), (1234567.0, "1.23e6"), (.nan, "–"),
        (.infinity, "–"),
    ])
    func keepsSignificantDigits(_ value: Double, _ expected: String) {
        #expect(significant(value) == expected)
    }

    @Test func keepsDecimals() {
        #expect(fixed(0.12345, decimals: 3) == "0.123")
        #expect(fixed(-0.0001, decimals: 2) == "0.00")
        #expect(fixed(-1.5, decimals: 0) == "-2")
        #expect(fixed(nil, decimals: 2) == "–")
        #expect(percent(0.0551) == "5.5 %")
        #expect(percent(nil) == "–")
    }
}

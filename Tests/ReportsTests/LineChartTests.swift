import Foundation
import Reports
import Testing
#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct LineChartTests {
    @Test(arguments: [
        ([0.03, 1.62], ["0.0", "0.5", "1.0", "1.5", "2.0"]),
        ([0, 100], ["0", "20", "40", "60", "80", "100"]),
        ([-0.004, 0.013], ["-0.005", "0.000", "0.005", "0.010", "0.015"]),
    ])
    func ticksAreRoundAndAroundAllValues(_ values: [Double], _ labels: [String]) throws {
        let line = LineChart.Line("line", [(0, values[0]), (1, values[1])])
        let svg = LineChart(title: "", across: "", up: "", lines: [line]).svg
        let found = try XMLDocument(data: Data(svg.utf8)).nodes(forXPath: "//text[@class='end']")
        #expect(found.compactMap(\.stringValue) == labels)
    }

    /// One well-formed picture: every line and interval inside the frame, names as text and not as markup.
    @Test func drawsEveryLineInsideItsFrame() throws {
        let chart = LineChart(
            title: "a < b", across: "step", up: "nats",
            lines: [
                .init("x & y", [(0, 2), (1, .nan), (2, -1)]),
                .init("held out", [(0, 1), (2, 0.5)], intervals: [0.5...3, 0...0.75]),
            ])
        let svg = chart.svg
        let document = try XMLDocument(data: Data(svg.utf8))
        let lines = try document.nodes(forXPath: "//polyline/@points").compactMap(\.stringValue)
        #expect(lines.count == 2)
        for pair in lines.joined(separator: " ").split(separator: " ") {
            let place = pair.split(separator: ",").compactMap { Double($0) }
            #expect(
                place.count == 2 && (58...510).contains(place[0]) && (30...205).contains(place[1]), "\(pair)")
        }
        #expect(lines[0].split(separator: " ").count == 2, "what is no number is left out")
        #expect(svg.contains("a &lt; b") && svg.contains("x &amp; y"))
    }
}

import Foundation
import Reports
import Testing
#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct PointPlotTests {
    /// One well-formed picture: points inside the frame at the same scale, names as text.
    @Test func pointsAreInsideTheFrame() throws {
        let plot = PointPlot(
            title: "layer <3>", unit: "of ‖h‖",
            points: [("en", 0, 0), ("zh & ja", 4, -2), ("sw", -4, 2), ("lost", .nan, 1)])
        let document = try XMLDocument(data: Data(plot.svg.utf8))
        let places = try document.nodes(forXPath: "//circle").compactMap { $0 as? XMLElement }.map { circle in
            ["cx", "cy"].compactMap { Double(circle.attribute(forName: $0)?.stringValue ?? "") }
        }
        #expect(places.count == 3)
        #expect(places.allSatisfy { (26...214).contains($0[0]) && (24...212).contains($0[1]) })
        #expect(places[0] == [120, 118], "the origin is in the middle")
        #expect(abs((places[1][0] - 120) / (places[1][1] - 118) - 2) < 0.01)
        #expect(plot.svg.contains("zh &amp; ja") && plot.svg.contains("layer &lt;3&gt;"))
    }

    @Test func aPointAtTheOriginIsDrawn() {
        #expect(PointPlot(title: "", unit: "", points: [("en", 0, 0)]).svg.contains("<circle"))
    }
}

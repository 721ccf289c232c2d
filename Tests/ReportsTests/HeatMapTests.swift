import Foundation
import Reports
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct HeatMapTests {
    @Test(arguments: [(1, 1), (30, 9), (32, 32), (48, 128)])
    func drawsACellForEachHead(_ layers: Int, _ heads: Int) throws {
        let count = layers * heads
        let map = HeatMap(
            title: "step <1> & \"more\"", layers: layers, heads: heads,
            values: (0..<count).map { Double($0) },
            tooltips: (0..<count).map { "head <\($0)>\u{1}" }, scale: .amounts([Double(count)]),
            legend: "share")
        let document = try XMLDocument(xmlString: map.svg)
        let titles = try document.nodes(forXPath: "//*[local-name()='rect']/*[local-name()='title']")
        #expect(titles.map(\.stringValue) == (0..<count).map { "head <\($0)>\u{fffd}" })
        #expect(
            document.rootElement()?.attribute(forName: "aria-label")?.stringValue?.contains("step <1> &")
                == true)
    }

    @Test func sharesColoursAmongMaps() {
        let scale = ColorScale.amounts([1, 4])
        #expect(scale.color(of: 0) == "#440154" && scale.color(of: 4) == "#fde725")
        #expect(scale.color(of: 1) == "#21918c")
        #expect(scale.color(of: 9) == "#fde725")
        let signed = ColorScale.signed([-4, 1])
        #expect(signed.color(of: 0) == "#f7f7f7")
        #expect(signed.color(of: -4) == "#053061" && signed.color(of: 4) == "#67001f")
        #expect(ColorScale.amounts([0, .nan]).color(of: 0) == "#440154")
    }

    @Test func growsSteadilyLighter() {
        let scale = ColorScale.amounts([1])
        let lightness = (0...40).map { luminance(scale.color(of: Double($0 * $0) / 1600)) }
        #expect(zip(lightness, lightness.dropFirst()).allSatisfy { $0 < $1 })
    }

    private func luminance(_ color: String) -> Double {
        let number = Int(color.dropFirst(), radix: 16) ?? 0
        let (red, green, blue) = (number >> 16 & 255, number >> 8 & 255, number & 255)
        return 0.2126 * pow(Double(red), 2.2) + 0.7152 * pow(Double(green), 2.2) + 0.0722
            * pow(Double(blue), 2.2)
    }
}

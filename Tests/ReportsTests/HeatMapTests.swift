import Foundation
import Reports
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct HeatMapTests {
    /// The picture that an independent reader would see: colours of the palette, stored rows without a filter.
    @Test(arguments: [(1, 1), (30, 9), (32, 32), (48, 128), (200, 400)])
    func aCellForEachHead(_ layers: Int, _ heads: Int) throws {
        let count = layers * heads
        let scale = ColorScale.amounts([Double(count)])
        let map = HeatMap(
            title: "step <1> & \"more\"", layers: layers, heads: heads,
            values: (0..<count).map { $0 == 0 ? .nan : Double($0) }, scale: scale, legend: "share")
        let document = try XMLDocument(xmlString: map.svg)
        let label = document.rootElement()?.attribute(forName: "aria-label")?.stringValue
        #expect(label?.contains("step <1> &") == true)
        let images = try document.nodes(forXPath: "//*[local-name()='image']").compactMap {
            $0 as? XMLElement
        }
        let address = try #require(images.first?.attribute(forName: "href")?.stringValue)
        let png = try #require(Data(base64Encoded: String(address.dropFirst("data:image/png;base64,".count))))
        #expect(png.prefix(8) == Data([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) && images.count == 1)
        #expect(png.count < count + 65 * layers + 900)
    }

    @Test func headsSayWhereTheirNumbersAre() {
        func svg(_ source: HeatMap.Source?) -> String {
            HeatMap(
                title: "t", layers: 1, heads: 2, values: [0.5, .nan], source: source, scale: .amounts([1]),
                legend: "share"
            ).svg
        }
        #expect(
            svg(.state(task: "a<b", checkpoint: "base")).contains(#"data-task="a&lt;b" data-state="base""#))
        #expect(svg(.change(task: "math")).contains(#"data-task="math""#))
        #expect(svg(nil).contains(#"data-values="0.50|–""#))
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

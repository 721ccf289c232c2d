import Foundation
import Reports
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct HeatMapTests {
    /// What is in the picture: a pixel for each head, the last colour for the largest, none for what is no number.
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
        let rows = pixels(of: png)
        #expect(rows.count == layers && rows.allSatisfy { $0.count == heads })
        let places = rows.flatMap(\.self)
        #expect(places[0] == 0 && (count == 1 || places[1] > 0))
        for (head, place) in places.enumerated().dropFirst() {
            #expect(abs(Double(place) - 1 - 254 * (Double(head) / Double(count)).squareRoot()) <= 0.5)
        }
    }

    /// The rows of a picture with a palette, whose zlib stream is stored.
    private func pixels(of png: Data) -> [[UInt8]] {
        let bytes = [UInt8](png)
        func number(_ place: Int, _ count: Int = 4) -> Int {
            bytes[place..<place + count].reduce(0) { $0 << 8 | Int($1) }
        }
        var (place, width, stream) = (8, 0, [UInt8]())
        while place < bytes.count {
            let (length, name) = (
                number(place), String(decoding: bytes[place + 4..<place + 8], as: UTF8.self)
            )
            if name == "IHDR" { width = number(place + 8) }
            if name == "IDAT" { stream += bytes[place + 8..<place + 8 + length] }
            place += 12 + length
        }
        var (rows, next) = ([UInt8](), 2)
        while next < stream.count - 4 {
            let length = Int(stream[next + 1]) | Int(stream[next + 2]) << 8
            rows += stream[next + 5..<next + 5 + length]
            next += 5 + length
        }
        return stride(from: 0, to: rows.count, by: width + 1).map { Array(rows[$0 + 1..<$0 + 1 + width]) }
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

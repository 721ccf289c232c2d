import Statistics
import Testing

/// [example, layer, head] by its indices, and flat.
@Suite struct HeadArrayTests {
    /// The number at [e, l, h] is 100e + 10l + h.
    static let array: HeadArray<Float> = {
        var array = HeadArray<Float>(repeating: 0, examples: 2, HeadGrid(layers: 3, heads: 4))
        for position in 0..<24 {
            let (example, number) = position.quotientAndRemainder(dividingBy: 12)
            let (layer, head) = number.quotientAndRemainder(dividingBy: 4)
            array[position] = Float(100 * example + 10 * layer + head)
        }
        return array
    }()

    @Test func indicesAreThoseOfTheFile() {
        let array = Self.array
        #expect(array.examples == 2 && array.count == 24 && array.grid.count == 12)
        for e in 0..<2 {
            for l in 0..<3 {
                for h in 0..<4 {
                    #expect(array[e, l, h] == Float(100 * e + 10 * l + h))
                    let number = array.grid.number(layer: l, head: h)
                    #expect(array.grid.place(number) == (l, h))
                    #expect(array[example: e][e * 12 + number] == array[e, l, h])
                    #expect(array[e * 12 + number] == array[e, l, h])
                }
            }
        }
        #expect(Array(array[1, layer: 2]) == [120, 121, 122, 123])
        #expect(array.columns([5, 0]) == [11, 0, 111, 100])
        #expect(array.grid.name(11) == "layer 2, head 3" && array.grid.numbers(layer: 1) == 4..<8)
    }

    @Test func partsAreReplaced() {
        var array = HeadArray<Float>(repeating: 0, examples: 2, Self.array.grid)
        array[1, 2, 3] = 7
        #expect(array.elements == [Float](repeating: 0, count: 23) + [7])
        array[example: 0] = Self.array[example: 1]
        array[1, layer: 0] = [1, 2, 3, 4]
        #expect(Array(array[example: 0]) == Array(Self.array[example: 1]))
        #expect(array.elements[12...] == [1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 7])
    }

    @Test func sumsAreOverExamples() {
        let sums = Self.array.sums(over: 0..<2)
        #expect(sums.count == 12 && sums[0] == 100 && sums[11] == 146)
        let twice = Self.array.sums(over: [0, 0]) { -$0 }
        #expect(twice.indices.allSatisfy { twice[$0] == -2 * Double(Self.array[$0]) })
        #expect(HeadArray<Float>([], Self.array.grid).examples == 0)
    }
}

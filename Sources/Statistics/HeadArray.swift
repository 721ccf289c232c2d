/// The heads of a model: `layers` layers of `heads` heads each.
///
/// Where one number names a head, it is layer · heads + head: its position in a row-major [layer, head].
public struct HeadGrid: Sendable, Hashable {
    /// The number of layers.
    public let layers: Int
    /// The number of heads of a layer.
    public let heads: Int

    /// A grid of `layers` × `heads` heads.
    public init(layers: Int, heads: Int) {
        precondition(layers >= 0 && heads >= 0, "\(layers) layers of \(heads) heads")
        (self.layers, self.heads) = (layers, heads)
    }

    /// The number of heads of all layers.
    public var count: Int { layers * heads }

    /// A head's number.
    public func number(layer: Int, head: Int) -> Int {
        precondition(
            layer >= 0 && layer < layers && head >= 0 && head < heads,
            "head [\(layer), \(head)] of [\(layers), \(heads)]")
        return layer * heads + head
    }

    /// The layer of the head with this number, and its place in it.
    public func place(_ number: Int) -> (layer: Int, head: Int) {
        precondition(number >= 0 && number < count, "head \(number) of \(count)")
        return (number / heads, number % heads)
    }

    /// A head for readers: "layer 3, head 5".
    public func name(_ number: Int) -> String {
        let (layer, head) = place(number)
        return "layer \(layer), head \(head)"
    }

    /// The numbers of a layer's heads.
    public func numbers(layer: Int) -> Range<Int> { layer * heads..<(layer + 1) * heads }
}

/// Numbers for each example, layer and head: [example, layer, head], row-major, as in files.
///
/// With three indices it is an array of that shape. As a collection it is flat, one example after the other:
/// `scores.map { -$0 }` is [example, layer, head] again.
public struct HeadArray<Number: Sendable>: Sendable {
    /// The layers and heads of each example.
    public let grid: HeadGrid
    /// All numbers, row-major: [example, layer, head].
    public private(set) var elements: [Number]

    /// The numbers in `elements`: [example, layer, head], of as many examples as there are.
    public init(_ elements: [Number], _ grid: HeadGrid) {
        precondition(
            elements.isEmpty || grid.count > 0 && elements.count % grid.count == 0,
            "\(elements.count) numbers of \(grid.layers) layers and \(grid.heads) heads")
        (self.elements, self.grid) = (elements, grid)
    }

    /// The same number everywhere.
    public init(repeating number: Number, examples: Int, _ grid: HeadGrid) {
        self.init([Number](repeating: number, count: examples * grid.count), grid)
    }

    /// The number of examples.
    public var examples: Int { grid.count > 0 ? elements.count / grid.count : 0 }

    /// The number of one head for an example.
    public subscript(_ example: Int, _ layer: Int, _ head: Int) -> Number {
        get { elements[example * grid.count + grid.number(layer: layer, head: head)] }
        set { elements[example * grid.count + grid.number(layer: layer, head: head)] = newValue }
    }

    /// The numbers of an example: [layer, head].
    public subscript(example example: Int) -> ArraySlice<Number> {
        get { elements[range(example)] }
        set {
            precondition(newValue.count == grid.count, "\(newValue.count) numbers for \(grid.count) heads")
            elements.replaceSubrange(range(example), with: newValue)
        }
    }

    /// The numbers of a layer for an example: [head].
    public subscript(example: Int, layer layer: Int) -> ArraySlice<Number> {
        get { elements[range(example, layer)] }
        set {
            precondition(newValue.count == grid.heads, "\(newValue.count) numbers for \(grid.heads) heads")
            elements.replaceSubrange(range(example, layer), with: newValue)
        }
    }

    private func range(_ example: Int) -> Range<Int> {
        example * grid.count..<(example + 1) * grid.count
    }

    private func range(_ example: Int, _ layer: Int) -> Range<Int> {
        let own = grid.numbers(layer: layer)
        return example * grid.count + own.lowerBound..<example * grid.count + own.upperBound
    }
}

extension HeadArray: Equatable where Number: Equatable {}

extension HeadArray: RandomAccessCollection {
    /// The first position of the flat array.
    public var startIndex: Int { 0 }
    /// The end of the flat array.
    public var endIndex: Int { elements.count }

    /// A number of the flat array.
    public subscript(position: Int) -> Number {
        get { elements[position] }
        set { elements[position] = newValue }
    }

    /// Numbers of the flat array.
    public subscript(bounds: Range<Int>) -> ArraySlice<Number> { elements[bounds] }
}

// What passes all numbers is not generic: other modules would run it unspecialized, ten times slower.
extension HeadArray where Number == Float {
    /// The numbers of some heads, by their number: [example, chosen].
    public func columns(_ chosen: [Int]) -> [Float] {
        var numbers: [Float] = []
        numbers.reserveCapacity(examples * chosen.count)
        for example in 0..<examples {
            let start = example * grid.count
            for head in chosen { numbers.append(elements[start + head]) }
        }
        return numbers
    }

    /// Σ over some examples (default: all) of a function of each head's number, in double precision: [layer, head].
    public func sums(
        over chosen: some Collection<Int>, of value: (Double) -> Double = { $0 }
    ) -> [Double] {
        var sums = [Double](repeating: 0, count: grid.count)
        let numbers = elements.span
        for example in chosen {
            let row = numbers.extracting(range(example))
            for head in sums.indices { sums[head] += value(Double(row[head])) }
        }
        return sums
    }
}

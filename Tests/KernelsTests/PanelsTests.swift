import Kernels
import TestSupport
import Testing

/// Products with enough rows for panels, against sums in double precision, at sizes that fill panels and tiles and that
/// do not.
@Suite struct PanelsTests {
    static let sizes = [
        (1, 40, 70), (2, 576, 33), (3, 9, 5), (4, 20, 30), (5, 33, 64),
        (16, 16, 8), (17, 31, 9), (64, 48, 96), (77, 130, 1), (96, 576, 50), (23, 1700, 35), (50, 20, 2000),
    ]

    func numbers(_ count: Int, seed: Int) -> [Float] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
    }

    /// a·b, [m, k] · [k, n], by the definition. Each of k steps may round a sum below 16 by half of its last bit: 1e-6.
    func expect(
        _ found: [Float], _ m: Int, _ n: Int, _ k: Int, within bound: Double? = nil,
        _ a: (Int, Int) -> Float, _ b: (Int, Int) -> Float
    ) {
        let largest = (0..<m * n).reduce(0.0) { worst, place in
            let (i, j) = place.quotientAndRemainder(dividingBy: n)
            let sum = (0..<k).reduce(0.0) { $0 + Double(a(i, $1)) * Double(b($1, j)) }
            return max(worst, abs(Double(found[place]) - sum))
        }
        #expect(
            found.count == m * n && largest <= bound ?? 1e-6 * Double(k),
            "[\(m), \(k)] · [\(k), \(n)]: off by \(largest)")
    }

    @Test(arguments: sizes)
    func storedWeights(_ m: Int, _ k: Int, _ n: Int) {
        let (x, dy, w) = (numbers(m * k, seed: 1), numbers(m * n, seed: 2), numbers(n * k, seed: 3))
        let weight = StoredMatrix(w, rows: n, columns: k)
        expect(linear(x, weight), m, n, k, { x[$0 * k + $1] }, { w[$1 * k + $0] })
        expect(linearPullback(dy, weight), m, k, n, { dy[$0 * n + $1] }, { w[$0 * k + $1] })
    }

    @Test(arguments: sizes)
    func matrices(_ m: Int, _ k: Int, _ n: Int) {
        let (a, b, start) = (numbers(m * k, seed: 4), numbers(k * n, seed: 5), numbers(m * n, seed: 6))
        let lefts = [Matrix(a, m, k), Matrix(a, k, m).transposed]
        let rights = [Matrix(b, k, n), Matrix(b, n, k).transposed]
        for (l, left) in lefts.enumerated() {
            for (r, right) in rights.enumerated() {
                let first: (Int, Int) -> Float = { l == 0 ? a[$0 * k + $1] : a[$1 * m + $0] }
                let second: (Int, Int) -> Float = { r == 0 ? b[$0 * n + $1] : b[$1 * k + $0] }
                expect(product(left, right), m, n, k, first, second)
                var sum = start
                addProduct(left, right, factor: 0.5, to: &sum)
                expect(zip(sum, start).map { 2 * ($0 - $1) }, m, n, k, first, second)
            }
        }
    }
}

/// Numbers too small for all their digits, as a saturated softmax makes them, would make a product many times slower.
@Suite struct SmallestNumbersTests {
    @Test(.enabled(if: Arithmetic.panelsAreFaster))
    func countAsZero() {
        let small = Float.leastNormalMagnitude
        let pairs: [(Float, Float)] = [(small / 8, 1), (small * 8, 0x1p-8)]
        for (left, right) in pairs {
            let a = Matrix([Float](repeating: left, count: 16 * 40), 16, 40)
            let b = Matrix([Float](repeating: right, count: 40 * 64), 40, 64)
            #expect(left * right > 0, "or there is nothing to see")
            #expect(product(a, b) == [Float](repeating: 0, count: 16 * 64))
        }
    }
}

/// Products with weights of a file, which are expanded a few rows and columns at a time.
@Suite struct ExpandedWeightsTests {
    static let sizes = [(70, 576, 96), (5, 200, 60), (40, 33, 12), (13, 1000, 330)]

    /// 16 bits for each of [n, k] as a file has them, after an odd byte, in the order of some GGUF or as they are.
    func stored(
        _ bits: [UInt16], _ n: Int, _ k: Int, _ format: BlockFormat,
        _ order: StoredMatrix.RowOrder = .rotaryPairs(headDimension: 6)
    ) throws -> StoredMatrix {
        StoredMatrix(
            file: try mapped([7] + bits.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }),
            offset: 1,
            rows: n, columns: k, format: format, rowOrder: order)
    }

    /// The same as with weights in memory, which are not expanded.
    @Test(arguments: sizes, Arithmetic.Precision.allCases)
    func areThoseInMemory(_ size: (m: Int, k: Int, n: Int), precision: Arithmetic.Precision) throws {
        let (m, k, n) = size
        let panels = PanelsTests()
        let bits = panels.numbers(n * k, seed: 3).map { Float16($0).bitPattern }
        let weight = try stored(bits, n, k, .f16)
        let inMemory = StoredMatrix(weight.expanded(), rows: n, columns: k)
        let (x, dy) = (panels.numbers(m * k, seed: 1), panels.numbers(m * n, seed: 2))
        computing(in: precision) {
            #expect(linear(x, weight) == linear(x, inMemory))
            #expect(linearPullback(dy, weight) == linearPullback(dy, inMemory))
        }
    }

    /// A weight in bf16 takes one bf16 beside the two or three of a float: as exact as floats, or as two bf16 are. Where it is in order,
    /// panels take it from where it lies. In bf16 it is the same as in memory, for nothing of it is rounded.
    @Test(arguments: sizes + [(33, 31, 7), (16, 65, 99)], Arithmetic.Precision.allCases)
    func inBF16(_ size: (m: Int, k: Int, n: Int), precision: Arithmetic.Precision) throws {
        let (m, k, n) = size
        let panels = PanelsTests()
        let bits = panels.numbers(n * k, seed: 3).map { UInt16($0.bitPattern >> 16) }
        let (x, dy) = (panels.numbers(m * k, seed: 1), panels.numbers(m * n, seed: 2))
        func bound(_ depth: Int) -> Double? { precision == .fp32 ? nil : PairsTests.bound(depth) }
        for order in [StoredMatrix.RowOrder.asStored, .rotaryPairs(headDimension: 6)] where order.fits(n) {
            let weight = try stored(bits, n, k, .bf16, order)
            let w = weight.expanded()
            let products = { (w: StoredMatrix) in
                computing(in: precision) { (linear(x, w), linearPullback(dy, w)) }
            }
            let (y, dx) = products(weight)
            if precision == .bf16 {
                #expect((y, dx) == products(StoredMatrix(w, rows: n, columns: k)))
            } else {
                panels.expect(y, m, n, k, within: bound(k), { x[$0 * k + $1] }, { w[$1 * k + $0] })
                panels.expect(dx, m, k, n, within: bound(n), { dy[$0 * n + $1] }, { w[$0 * k + $1] })
            }
        }
    }
}

/// Products in bf16 against the same sums of rounded numbers in double precision, where the processor has them and where
/// it has not.
@Suite struct PairsTests {
    func rounded(_ x: Float) -> Float {
        let bits = x.bitPattern
        return Float(bitPattern: (bits &+ 0x7fff &+ (bits >> 16 & 1)) & 0xffff_0000)
    }

    @Test(arguments: PanelsTests.sizes.filter { $0.0 >= 4 })  // fewer rows are not rounded
    func storedWeights(_ m: Int, _ k: Int, _ n: Int) {
        let panels = PanelsTests()
        let (x, dy) = (panels.numbers(m * k, seed: 1), panels.numbers(m * n, seed: 2))
        let w = panels.numbers(n * k, seed: 3)
        let weight = StoredMatrix(w, rows: n, columns: k)
        let (X, DY, W) = (x.map(rounded), dy.map(rounded), w.map(rounded))
        let (y, dx) = computing(in: .bf16) { (linear(x, weight), linearPullback(dy, weight)) }
        panels.expect(y, m, n, k, { X[$0 * k + $1] }, { W[$1 * k + $0] })
        panels.expect(dx, m, k, n, { DY[$0 * n + $1] }, { W[$0 * k + $1] })
    }

    /// How far a sum of k products in bf16x3 may be off. A number loses at most a 2¹⁸th, a product also that of the second parts, as
    /// little: 3·2⁻¹⁸, of signs that differ. One part alone would lose hundreds of times as much.
    static func bound(_ k: Int) -> Double { 3 * 0x1p-18 * Double(k).squareRoot() }

    @Test(arguments: PanelsTests.sizes)
    func inTwoParts(_ m: Int, _ k: Int, _ n: Int) {
        let panels = PanelsTests()
        let (x, dy) = (panels.numbers(m * k, seed: 1), panels.numbers(m * n, seed: 2))
        let w = panels.numbers(n * k, seed: 3)
        let weight = StoredMatrix(w, rows: n, columns: k)
        let (left, right) = (Matrix(x, m, k), Matrix(w, n, k).transposed)
        let exact = (linear(x, weight), product(left, right))
        let (y, dx, z, same) = computing(in: .bf16x3) {
            (
                linear(x, weight), linearPullback(dy, weight), product(left, right),
                product(left, right, exact: true)
            )
        }
        panels.expect(y, m, n, k, within: Self.bound(k), { x[$0 * k + $1] }, { w[$1 * k + $0] })
        panels.expect(dx, m, k, n, within: Self.bound(n), { dy[$0 * n + $1] }, { w[$0 * k + $1] })
        panels.expect(z, m, n, k, within: Self.bound(k), { x[$0 * k + $1] }, { w[$1 * k + $0] })
        let isUsed = Arithmetic.runs(.bf16x3) && m >= 16
        #expect((y != exact.0) == isUsed, "or it is fp32")
        #expect(
            (z != exact.1) == (isUsed && Arithmetic.panelsAreFaster && k >= 64 && n >= 32), "or it is fp32")
        #expect(same == exact.1)
    }
}

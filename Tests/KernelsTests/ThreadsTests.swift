import Synchronization
import Testing

@testable import Kernels

/// Products, attention and a step give the same numbers on any number of threads; where OpenBLAS computes, which rounds otherwise when
/// it has other rows, almost the same.
@Suite struct ThreadsTests {
    func numbers(_ count: Int, seed: Int) -> [Float] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
    }

    /// - Parameter exact: Whether that holds where OpenBLAS computes everything, too.
    func expectSame(exact: Bool = false, _ body: () -> [[Float]]) {
        let alone = body()
        let shared = Arithmetic.$current.withValue(Arithmetic(threads: 3), operation: body)
        #expect(alone.count == shared.count && alone.contains { $0.contains { $0 != 0 } })
        for (a, b) in zip(alone, shared) {
            let largest = a.map(abs).max() ?? 0
            let isExact = exact || Arithmetic.panelsAreFaster
            #expect(
                a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= (isExact ? 0 : 1e-5 * largest) })
        }
    }

    @Test func tasksShareThreadsAndTheLastHasAll() {
        func shares(_ arithmetic: Arithmetic) -> [Int] {
            let shared = arithmetic.shared(among: 2)
            return shared.asOneTask {
                let alone = shared.freeThreads
                return [alone, shared.asOneTask { shared.freeThreads }, shared.freeThreads]
            } + [shared.freeThreads]
        }
        #expect(shares(Arithmetic(threads: 5, usesPanels: true)) == [5, 2, 5, 5])
        // OpenBLAS rounds as the threads share, so there they are shared alike from the first to the last.
        #expect(shares(Arithmetic(threads: 5, usesPanels: false)) == [2, 2, 2, 2])
    }

    /// The threads of a product compute as the task that started it, though they belong to no task.
    @Test func threadsTakeTheArithmeticAlong() {
        let found = Mutex<[String]>([])
        Arithmetic.$current.withValue(Arithmetic(precision: .bf16, threads: 7)) {
            inParallel(8) { _ in
                let own = Arithmetic.current
                found.withLock { $0.append("\(own.precision) \(own.threads)") }
            }
        }
        #expect(found.withLock { $0 } == [String](repeating: "bf16 7", count: 8))
        #expect(Arithmetic.current.precision == .fp32 && Arithmetic.current.threads == 1)
    }

    /// Tasks that run at the same time compute each in its own arithmetic.
    @Test func tasksDoNotShareTheirArithmetic() async {
        let weight = StoredMatrix(numbers(300 * 130, seed: 1), rows: 300, columns: 130)
        let x = numbers(77 * 130, seed: 2)
        func y(_ precision: Arithmetic.Precision) -> [Float] {
            Arithmetic.$current.withValue(Arithmetic(precision: precision, threads: 2)) { linear(x, weight) }
        }
        let alone = [Arithmetic.Precision.fp32: y(.fp32), .bf16: y(.bf16)]
        #expect(alone[.fp32] != alone[.bf16])
        await withTaskGroup(of: (Arithmetic.Precision, [Float]).self) { group in
            for place in 0..<16 {
                let precision = place.isMultiple(of: 2) ? Arithmetic.Precision.fp32 : .bf16
                group.addTask { (precision, y(precision)) }
            }
            for await (precision, y) in group { #expect(y == alone[precision]) }
        }
    }

    /// Products are computed by OpenBLAS where that is asked for, with the same numbers but for rounding.
    @Test func openBLASComputesTheSame() {
        let weight = StoredMatrix(numbers(300 * 130, seed: 1), rows: 300, columns: 130)
        let (x, dy) = (numbers(77 * 130, seed: 2), numbers(77 * 300, seed: 3))
        let ours = linear(x, weight) + linearPullback(dy, weight)
        let arithmetic = Arithmetic(threads: 2, usesPanels: false)
        let theirs = Arithmetic.$current.withValue(arithmetic) {
            linear(x, weight) + linearPullback(dy, weight)
        }
        #expect(zip(ours, theirs).allSatisfy { abs($0 - $1) < 1e-4 })
        #expect(arithmetic.kernels.hasPrefix("OpenBLAS"))
    }

    @Test func linearLayers() {
        let weight = StoredMatrix(numbers(300 * 130, seed: 1), rows: 300, columns: 130)
        for rows in [1, 5, 77] {
            let (x, dy) = (numbers(rows * 130, seed: 2), numbers(rows * 300, seed: 3))
            expectSame { [linear(x, weight), linearPullback(dy, weight)] }
        }
    }

    @Test func products() {
        let (a, b) = (numbers(210 * 190, seed: 4), numbers(190 * 150, seed: 5))
        let start = numbers(210 * 150, seed: 6)
        for left in [Matrix(a, 210, 190), Matrix(a, 190, 210).transposed] {
            expectSame {
                var sum = start
                addProduct(left, Matrix(b, 190, 150), factor: 0.5, to: &sum)
                return [product(left, Matrix(b, 190, 150)), sum]
            }
        }
    }

    @Test func productsOfFewColumns() {
        let (a, b) = (numbers(1500 * 1100, seed: 16), numbers(1100 * 12, seed: 17))
        for left in [Matrix(a, 1500, 1100), Matrix(a, 1100, 1500).transposed] {
            expectSame(exact: true) { [product(left, Matrix(b, 1100, 12))] }
        }
    }

    @Test func aStepOfAdamW() {
        let step = AdamWStep(rate: 0.1, decay: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, count: 1)
        let (weight, gradient) = (numbers(200_001, seed: 13), numbers(200_001, seed: 14))
        expectSame {
            var (mean, sum) = (numbers(200_001, seed: 15), weight)
            var square = mean.map { $0 * $0 }
            let new = adamW(weight, gradient: gradient, clip: 0.5, mean: &mean, square: &square, step)
            accumulate(gradient, into: &sum)
            #expect(new != weight && sum == zip(weight, gradient).map { $0 + $1 })
            return [new, mean, square, sum, [Float(sumOfSquares(gradient))]]
        }
    }

    @Test func numbersOneByOne() {
        let count = 100_003
        let (x, u, dy) = (numbers(count, seed: 18), numbers(count, seed: 19), numbers(count, seed: 20))
        expectSame(exact: true) { [sum(x, u), elementwiseProduct(x, u), scaled(x, by: 0.3)] }
        for f in Activation.allCases {
            expectSame(exact: true) {
                let (dx, du) = gatedPullback(dy, at: x, u, f)
                return [activate(x, f), activatePullback(dy, at: x, f), gated(x, u, f), dx, du]
            }
        }
    }

    @Test func rowByRow() {
        let (m, n) = (301, 250)
        let (x, dy) = (numbers(m * n, seed: 21), numbers(m * n, seed: 22))
        let (weight, bias, factors) = (numbers(n, seed: 23), numbers(n, seed: 24), numbers(m, seed: 25))
        expectSame(exact: true) {
            let (y, inverse) = rmsNorm(x, weight: weight, epsilon: 1e-5)
            let dx = rmsNormPullback(dy, at: x, weight: weight, inverse: inverse)
            return [
                y, inverse, dx, addingToRows(x, bias), scaledColumns(x, by: weight),
                scaledRows(x, by: factors),
            ]
        }
        expectSame(exact: true) {
            let (y, mean, inverse) = layerNorm(x, weight: weight, bias: bias, epsilon: 1e-5)
            return [
                y, mean, inverse, layerNormPullback(dy, at: x, weight: weight, mean: mean, inverse: inverse),
            ]
        }
        let table = RotaryTable(rows: (0..<m).map { (position: Int32($0), frequencies: [1, 0.1, 0.01]) })
        let packing = Packing(lengths: [1, 200, 100])
        expectSame(exact: true) {
            [
                rotate(x, table, dHead: 10), rotate(x, table, dHead: 10, back: true),
                gatesPullback(dy, at: x, heads: 5, packing: packing),
            ]
        }
    }

    @Test func crossEntropyWithGradient() {
        let weight = StoredMatrix(numbers(500 * 40, seed: 7), rows: 500, columns: 40)
        let (x, targets) = (numbers(33 * 40, seed: 8), (0..<33).map { Int32($0 * 13 % 500) })
        expectSame {
            let (loss, dx) = crossEntropy(x, weight, targets: targets, withGradient: true)
            return [loss, dx, crossEntropy(x, weight, targets: targets, withGradient: false).loss]
        }
    }

    @Test(arguments: [nil, 50], [[], [.full, .bidirectional(20..<130), .causal]] as [[AttentionMask]])
    func attention(_ window: Int?, _ masks: [AttentionMask]) {
        let packing = Packing(lengths: [3, 150, 70])
        let shape = AttentionShape(
            heads: 6, keyValueHeads: 2, dHead: 8, scale: 0.3, queries: packing, keys: packing, window: window,
            masks: masks)
        let (q, dz) = (numbers(223 * 48, seed: 9), numbers(223 * 48, seed: 10))
        let (k, v) = (numbers(223 * 16, seed: 11), numbers(223 * 16, seed: 12))
        expectSame {
            let (z, lse) = shape.forward(q, k, v)
            let (dq, dk, dv) = shape.pullback(dz, q: q, k: k, v: v, z: z, lse: lse)
            return [z, lse, dq, dk, dv]
        }
    }
}

import Kernels
import Testing

/// Products and attention give the same numbers on any number of threads.
@Suite(.serialized) struct ThreadsTests {
    func numbers(_ count: Int, seed: Int) -> [Float] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
    }

    func expectSame(_ body: () -> [[Float]]) {
        Products.useThreads(1)
        let alone = body()
        Products.useThreads(3)
        let shared = body()
        Products.useThreads(1)
        #expect(alone.count == shared.count && alone.contains { $0.contains { $0 != 0 } })
        for (a, b) in zip(alone, shared) {
            let scale = a.map(abs).max() ?? 0
            #expect(a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-5 * scale })
        }
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

    @Test func aStepOfAdamW() {
        let step = AdamWStep(rate: 0.1, decay: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, count: 1)
        let (weight, gradient) = (numbers(200_001, seed: 13), numbers(200_001, seed: 14))
        func after(threads: Int) -> [[Float]] {
            var mean = numbers(200_001, seed: 15)
            var square = mean.map { $0 * $0 }
            let new = adamW(
                weight, gradient: gradient, clip: 0.5, mean: &mean, square: &square, step, threads: threads)
            return [new, mean, square]
        }
        #expect(after(threads: 1) == after(threads: 3) && after(threads: 1)[0] != weight)
    }

    @Test func crossEntropyWithGradient() {
        let weight = StoredMatrix(numbers(500 * 40, seed: 7), rows: 500, columns: 40)
        let (x, targets) = (numbers(33 * 40, seed: 8), (0..<33).map { Int32($0 * 13 % 500) })
        expectSame {
            let (loss, dx) = crossEntropy(x, weight, targets: targets, withGradient: true)
            return [loss, dx, crossEntropy(x, weight, targets: targets, withGradient: false).loss]
        }
    }

    @Test(arguments: [nil, 50])
    func attention(_ window: Int?) {
        let packing = Packing(lengths: [3, 150, 70])
        let shape = AttentionShape(
            heads: 6, keyValueHeads: 2, dHead: 8, scale: 0.3, queries: packing, keys: packing, window: window)
        let (q, dz) = (numbers(223 * 48, seed: 9), numbers(223 * 48, seed: 10))
        let (k, v) = (numbers(223 * 16, seed: 11), numbers(223 * 16, seed: 12))
        expectSame {
            let (z, lse) = shape.forward(q, k, v)
            let (dq, dk, dv) = shape.pullback(dz, q: q, k: k, v: v, z: z, lse: lse)
            return [z, lse, dq, dk, dv]
        }
    }
}

import Kernels
import TestSupport
import Testing

/// Attention whose products are in bf16 or in bf16x3, against the same in float: sequences that fill blocks of queries, strips, panels and
/// parts of the keys, and that do not.
@Suite struct RoundedAttentionTests {
    struct Result { var z, lse, dq, dk, dv: [Float] }

    func attend(_ shape: AttentionShape, in precision: Arithmetic.Precision) -> Result {
        var generator = SeededGenerator(seed: shape.keys.rows)
        let (m, n, width) = (shape.queries.rows, shape.keys.rows, shape.dHead)
        let q = generator.floats(m * shape.heads * width)
        let k = generator.floats(n * shape.keyValueHeads * width)
        let v = generator.floats(n * shape.keyValueHeads * width)
        let dz = generator.floats(q.count)
        return computing(in: precision) {
            let (z, lse) = shape.forward(q, k, v)
            let (dq, dk, dv) = shape.pullback(dz, q: q, k: k, v: v, z: z, lse: lse)
            return Result(z: z, lse: lse, dq: dq, dk: dk, dv: dv)
        }
    }

    /// Rounding to bf16 changes each number of a product by at most a 512th, and its sums by less, for signs differ; several follow
    /// each other: 0.75 % of the largest number was seen. That numbers were rounded at all shows beyond 1e-4. Two bf16 leave
    /// a 512th of that: 1.4e-5 was seen.
    func expectNear(_ shape: AttentionShape) {
        let exact = attend(shape, in: .fp32)
        for (precision, bounds) in [(Arithmetic.Precision.bf16, 1e-4...1e-2), (.bf16x3, 0...4e-5)] {
            let rounded = attend(shape, in: precision)
            for part in [\Result.z, \.lse, \.dq, \.dk, \.dv] {
                let (x, y) = (exact[keyPath: part], rounded[keyPath: part])
                #expect(!y.contains { !$0.isFinite }, "\(part)")
                #expect((x != y) == Arithmetic.runs(precision) || precision == .bf16, "\(part)")
                let largest = zip(x, y).reduce(0) { max($0, abs($1.0 - $1.1)) }
                let error = Double(largest / x.reduce(0) { max($0, abs($1)) })
                let least = part == \.lse ? 0 : bounds.lowerBound
                #expect((least...bounds.upperBound).contains(error), "\(precision), \(part): \(error)")
            }
        }
    }

    @Test(arguments: [8, 16, 24, 31, 33, 63, 64, 65, 150, 1300], [nil, 5, 70] as [Int?])
    func isNear(positions: Int, window: Int?) {
        let packing = Packing(lengths: [positions, 40])
        expectNear(
            AttentionShape(
                heads: 6, keyValueHeads: 2, dHead: 16, scale: 0.3, queries: packing, keys: packing,
                window: window, cap: window.map { Float($0) }))
    }

    /// Heads of a width that fills no strip, with and without order, and fewer queries than keys.
    func shape(queries: Int, keys: Int, isCausal: Bool) -> AttentionShape {
        AttentionShape(
            heads: 2, keyValueHeads: 2, dHead: 20, scale: 1, queries: Packing(lengths: [queries]),
            keys: Packing(lengths: [keys]), masks: [isCausal ? .causal : .full])
    }

    @Test(arguments: [40, 200], [true, false])
    func isNearForOtherShapes(keys: Int, isCausal: Bool) {
        expectNear(shape(queries: 40, keys: keys, isCausal: isCausal))
    }

    @Test func fewQueriesAreNotRounded() {
        let few = shape(queries: 5, keys: 90, isCausal: true)
        let (exact, same) = (attend(few, in: .fp32), attend(few, in: .bf16))
        #expect(exact.z == same.z && exact.lse == same.lse && exact.dq == same.dq)
    }
}

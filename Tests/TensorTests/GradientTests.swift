import Foundation
import Kernels
import TestSupport
import Testing

import Tensor

/// Every op of the engine, and the law that all of them obey.
@Suite struct GradientTests {
    /// Angles of three pairs in the rows of x, at every other position.
    static func table(_ x: Tensor) -> RotaryTable {
        RotaryTable(
            rows: (0..<x.shape.axes[0]).map { (position: Int32(2 * $0), frequencies: [1, 0.3, 0.05]) })
    }

    /// A frozen weight that depends on its extents alone.
    static func frozen(_ rows: Int, _ columns: Int) -> Weight {
        var generator = SeededGenerator(seed: rows * 7 + columns)
        return .stored(StoredMatrix(generator.floats(rows * columns), rows: rows, columns: columns))
    }

    /// Two sequences of 2 and n − 2 or fewer positions, drawn from the number of rows.
    static func packing(_ rows: Int) -> Packing { Packing(lengths: rows > 2 ? [2, rows - 2] : [rows]) }

    static func attention(_ q: Tensor, _ k: Tensor) -> AttentionShape {
        let (queries, heads, dHead) = q.shape.heads
        let keys = k.shape.axes[0]
        let (own, seen) =
            keys > queries
            ? (Packing(lengths: [queries]), Packing(lengths: [keys]))
            : (packing(queries), packing(queries))
        return AttentionShape(
            heads: heads, keyValueHeads: k.shape.axes[1], dHead: dHead, scale: 0.7, queries: own, keys: seen)
    }

    /// A causal sequence, one with a bidirectional range, and one without order.
    static func masked(window: Int? = nil, cap: Float? = nil) -> AttentionShape {
        let packing = Packing(lengths: [2, 4, 3])
        return AttentionShape(
            heads: 4, keyValueHeads: 2, dHead: 2, scale: 0.8, queries: packing, keys: packing, window: window,
            cap: cap, masks: [.causal, .bidirectional(1..<3), .full])
    }

    static let cases = [
        GradientCase("linear", ["mi", "oi"]) { $0[0].linear(.tensor($0[1])) },
        GradientCase("linear, stored weight", ["mi"]) { x in
            let i = x[0].shape.matrix.columns
            var generator = SeededGenerator(seed: 9)
            return x[0].linear(.stored(StoredMatrix(generator.floats(5 * i), rows: 5, columns: i)))
        },
        GradientCase("multiplied", ["mi", "io"]) { $0[0].multiplied(by: .tensor($0[1])) },
        GradientCase("multiplied, stored weight", ["mi"]) { x in
            let i = x[0].shape.matrix.columns
            var generator = SeededGenerator(seed: 8)
            return x[0].multiplied(by: .stored(StoredMatrix(generator.floats(5 * i), rows: i, columns: 5)))
        },
        GradientCase("a low-rank change of a weight", ["mi", "ri", "or"]) { x in
            x[0].linear(frozen(x[2].shape.axes[0], x[0].shape.last), plus: x[1], x[2], scale: 1.5)
        },
        GradientCase("a low-rank change of a weight with outputs in columns", ["mi", "ri", "or"]) { x in
            x[0].linear(
                frozen(x[0].shape.last, x[2].shape.axes[0]), isTransposed: true, plus: x[1], x[2], scale: 0.5)
        },
        GradientCase("a low-rank change that some inputs do not reach", ["mi", "ri", "or"]) { x in
            let dropped = x[0].dropped(
                0.4, rowSeeds: x[0].elements.indices.prefix(x[0].shape.axes[0]).map(UInt64.init), salt: 3)
            return x[0].linear(
                frozen(x[2].shape.axes[0], x[0].shape.last), plus: x[1], x[2], scale: 2, dropped: dropped)
        },
        GradientCase("dropped", ["mn"]) { x in
            x[0].dropped(0.3, rowSeeds: (0..<x[0].shape.axes[0]).map { UInt64($0) }, salt: 1)
        },
        GradientCase("recomputed", ["mi", "oi"]) { x in
            x[0].recomputed { [w = x[1]] x in x.linear(.tensor(w)).activated(.silu) }
        },
        GradientCase("recomputed twice over", ["mi", "ii"]) { x in
            x[0].recomputed { [w = x[1]] x in x.linear(.tensor(w)).recomputed { $0 * $0 } + x }
        },
        GradientCase("columns, one twice", ["m4"]) { $0[0].columns([2..<4, 0..<1, 3..<4]) },
        GradientCase("plus a constant", ["mn"]) { $0[0].adding(1.5) * $0[0] },
        GradientCase("scaling columns", ["mn", "n"]) { $0[0].scalingColumns(by: $0[1]) },
        GradientCase("soft cap", ["mn"]) { $0[0].scaled(by: 3).softCapped(by: 2) },
        GradientCase("ReLU, away from its corner", ["mn"]) { x in
            let above = (x[0] * x[0]).adding(0.3)
            return Tensor.stacked([above, above.scaled(by: -1)]).activated(.relu)
        },
        GradientCase("attention in both directions", ["742", "722", "722"]) { x in
            let packing = Packing(lengths: [3, 4])
            let shape = AttentionShape(
                heads: 4, keyValueHeads: 2, dHead: 2, scale: 0.8, queries: packing, keys: packing,
                masks: [.full, .full])
            return .attention(x[0], x[1], x[2], shape)
        },
        GradientCase("attention, a mask for each sequence", ["942", "922", "922"]) {
            .attention($0[0], $0[1], $0[2], masked())
        },
        GradientCase("attention, masks, window and cap", ["942", "922", "922"]) {
            .attention($0[0], $0[1], $0[2], masked(window: 2, cap: 1.5))
        },
        GradientCase("pattern, bidirectional over a range", ["542", "522"]) { x in
            let packing = Packing(lengths: [5])
            let shape = AttentionShape(
                heads: 4, keyValueHeads: 2, dHead: 2, scale: 0.8, queries: packing, keys: packing, window: 3,
                masks: [.bidirectional(1..<4)])
            return .pattern(x[0], x[1], shape)
        },
        GradientCase("attention, window and cap", ["742", "722", "722"]) { x in
            .attention(x[0], x[1], x[2], narrow(x[0], x[1]))
        },
        GradientCase("pattern, window and cap", ["742", "722"]) {
            .pattern($0[0], $0[1], narrow($0[0], $0[1]))
        },
        GradientCase("cross-entropy of logits", ["3v"]) { x in
            let v = Int32(x[0].shape.matrix.columns)
            return x[0].crossEntropy(targets: [0, v - 1, v / 2])
        },
        GradientCase("adding bias", ["mn", "n"]) { $0[0].adding(bias: $0[1]) },
        GradientCase("sum of two", ["mn", "mn"]) { $0[0] + $0[1] },
        GradientCase("a tensor used twice", ["mn"]) { $0[0] * $0[0] + $0[0] },
        GradientCase("product", ["mn", "mn"]) { $0[0] * $0[1] },
        GradientCase("scaled", ["mn"]) { $0[0].scaled(by: -1.7) },
        GradientCase("sum", ["mn"]) { $0[0].sum() },
        GradientCase("weighted sum", ["m3"]) { x in
            x[0].sum(weightedBy: x[0].elements.indices.map { Float($0) - 1.5 })
        },
        GradientCase("reshaped", ["mn"]) { $0[0].reshaped([$0[0].elements.count]) },
        GradientCase("rows, one twice", ["4n"]) { $0[0].rows([2, 0, 2]) },
        GradientCase("stacked", ["mn", "kn"]) { .stacked($0) },
        GradientCase("softmax", ["mn"]) { $0[0].softmax() },
        GradientCase("log-softmax", ["mn"]) { $0[0].logSoftmax() },
        GradientCase("RMS norm", ["mn", "n"]) { $0[0].rmsNorm(weight: $0[1], epsilon: 1e-2) },
        GradientCase("layer norm", ["m5", "5", "5"]) {
            $0[0].layerNorm(weight: $0[1], bias: $0[2], epsilon: 1e-2)
        },
        GradientCase("SiLU", ["mn"]) { $0[0].activated(.silu) },
        GradientCase("GELU", ["mn"]) { $0[0].activated(.gelu) },
        GradientCase("GELU by tanh", ["mn"]) { $0[0].activated(.geluTanh) },
        GradientCase("SiLU gating", ["mn", "mn"]) { $0[0].gating($0[1], .silu) },
        GradientCase("GELU gating", ["mn", "mn"]) { $0[0].gating($0[1], .gelu) },
        GradientCase("GELU by tanh gating", ["mn", "mn"]) { $0[0].gating($0[1], .geluTanh) },
        GradientCase("rotary", ["mh6"]) { $0[0].rotated(table($0[0])) },
        GradientCase("rotary of a part of each head", ["mh8"]) { $0[0].rotated(table($0[0])) },
        GradientCase("attention", ["mhd", "mhd", "mhd"]) {
            .attention($0[0], $0[1], $0[2], attention($0[0], $0[1]))
        },
        GradientCase("attention, grouped queries", ["m6d", "m2d", "m2d"]) {
            .attention($0[0], $0[1], $0[2], attention($0[0], $0[1]))
        },
        GradientCase("attention, earlier keys kept", ["332", "712", "712"]) {
            .attention($0[0], $0[1], $0[2], attention($0[0], $0[1]))
        },
        GradientCase("pattern", ["342", "322"]) { .pattern($0[0], $0[1], single($0[0], $0[1])) },
        GradientCase("reading", ["433", "312"]) { x in
            let shape = AttentionShape(
                heads: 4, keyValueHeads: 1, dHead: 2, scale: 1, queries: Packing(lengths: [3]),
                keys: Packing(lengths: [3]))
            return .reading(x[0], x[1], shape)
        },
        GradientCase("gates", ["mhd", "2h"]) { x in
            let rows = x[0].shape.axes[0]
            return x[0].gated(by: x[1], Packing(lengths: [rows / 2, rows - rows / 2]))
        },
        GradientCase("embedding", ["4n"]) { .embedding(.tensor($0[0]), [3, 0, 3]) },
        GradientCase("cross-entropy", ["3d", "vd"]) { x in
            let v = Int32(x[1].shape.matrix.rows)
            return x[0].crossEntropy(.tensor(x[1]), targets: [0, v - 1, v / 2])
        },
        GradientCase("cross-entropy, stored weight", ["3d"]) { x in
            let d = x[0].shape.matrix.columns
            var generator = SeededGenerator(seed: 4)
            let weight = StoredMatrix(generator.floats(7 * d), rows: 7, columns: d)
            return x[0].crossEntropy(.stored(weight), targets: [6, 0, 3])
        },
    ]

    static func narrow(_ q: Tensor, _ k: Tensor) -> AttentionShape {
        let (rows, heads, dHead) = q.shape.heads
        let packing = Packing(lengths: [rows])
        return AttentionShape(
            heads: heads, keyValueHeads: k.shape.axes[1], dHead: dHead, scale: 1.5, queries: packing,
            keys: packing,
            window: 3, cap: 1.2)
    }

    static func single(_ q: Tensor, _ k: Tensor) -> AttentionShape {
        let (rows, heads, dHead) = q.shape.heads
        let packing = Packing(lengths: [rows])
        return AttentionShape(
            heads: heads, keyValueHeads: k.shape.axes[1], dHead: dHead, scale: 0.6, queries: packing,
            keys: packing)
    }

    /// ∂(Σ weights ⊙ y)/∂x by the engine, against
    /// (8·(f(x + h) − f(x − h)) − (f(x + 2h) − f(x − 2h))) / 12h for every element of every input. The
    /// weights are random: the plain sum of a softmax is constant and would let anything pass.
    @Test(arguments: cases, [1, 2, 3, 4])
    func matchesCentralDifference(of op: GradientCase, seed: Int) {
        var generator = SeededGenerator(seed: seed)
        let inputs = op.shapes(&generator).map { Tensor(generator.floats($0.count), shape: $0) }
        let weights = generator.floats(op.apply(inputs).elements.count)
        func value(_ inputs: [Tensor]) -> Double {
            zip(op.apply(inputs).elements, weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        let tracked = inputs.map { $0.tracked() }
        let gradients = op.apply(tracked).sum(weightedBy: weights).gradients(of: tracked)
        let h: Float = 1e-2
        for (i, input) in inputs.enumerated() {
            for j in input.elements.indices {
                func moved(by step: Float) -> [Tensor] {
                    var (inputs, elements) = (inputs, input.elements)
                    elements[j] += step
                    inputs[i] = Tensor(elements, shape: input.shape)
                    return inputs
                }
                func across(_ step: Float) -> Double { value(moved(by: step)) - value(moved(by: -step)) }
                let difference = (8 * across(h) - across(2 * h)) / Double(12 * h)
                let gradient = Double(gradients[i].elements[j])
                #expect(
                    abs(gradient - difference) <= 2e-3 * max(1, abs(difference)),
                    "input \(i), element \(j): \(gradient), difference quotient \(difference)")
            }
        }
    }

    /// An input that is not tracked gets no pullback, and nothing is kept for it.
    @Test func keepsNothingUnasked() {
        let (x, w) = (Tensor([1, 2], shape: [1, 2]), Tensor([3, 4], shape: [1, 2]))
        #expect(x.linear(.tensor(w)).node == nil)
        #expect(x.tracked().linear(.tensor(w)).node?.sources.count == 1)
        #expect(x.tracked().linear(.tensor(w.tracked())).node?.sources.count == 2)
    }

    @Test func freesALongGraphWithoutRecursion() {
        let start = Tensor([1], shape: [1]).tracked()
        var x = start
        for _ in 0..<300_000 { x = x.scaled(by: 1) }
        #expect(x.sum().gradients(of: [start])[0].elements == [1])
    }

    @Test func aTargetOffThePathHasZeroGradient() {
        let (a, b) = (Tensor([1, 2], shape: [2]).tracked(), Tensor([3, 4], shape: [2]).tracked())
        #expect(a.sum().gradients(of: [b])[0].elements == [0, 0])
    }

    @Test func refusesShapesThatDoNotMeet() async {
        await #expect(processExitsWith: .failure) {
            _ = Tensor(repeating: 1, shape: [2, 3]) + Tensor(repeating: 1, shape: [3, 2])
        }
    }
}

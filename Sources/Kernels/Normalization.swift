import CKernels

/// x / √(mean(x²) + ε) ⊙ weight for each row, and 1 / √(mean(x²) + ε), which the pullback needs.
public func rmsNorm(_ x: [Float], weight: [Float], epsilon: Float) -> (y: [Float], inverse: [Float]) {
    let n = weight.count
    var inverse = [Float]()
    inverse.reserveCapacity(x.count / n)
    let y = unsafe [Float](count: x.count) { y in
        for start in stride(from: 0, to: x.count, by: n) {
            inverse.append(unsafe kernel_rms_norm(y + start, UnsafePointer(x) + start, weight, epsilon, n))
        }
    }
    return (y, inverse)
}

/// dx = r·g − x·r³·mean(g ⊙ x), with g = dy ⊙ weight and r = `inverse`, row by row.
public func rmsNormPullback(_ dy: [Float], at x: [Float], weight: [Float], inverse: [Float]) -> [Float] {
    let n = weight.count
    return unsafe [Float](count: x.count) { dx in
        for row in inverse.indices {
            let start = row * n
            unsafe kernel_rms_norm_pullback(
                dx + start, UnsafePointer(dy) + start, UnsafePointer(x) + start, weight, inverse[row], n)
        }
    }
}

/// dweight = Σ over rows of dy ⊙ x·r.
public func rmsNormWeightPullback(_ dy: [Float], at x: [Float], inverse: [Float]) -> [Float] {
    normWeightPullback(dy, at: x, mean: [Float](repeating: 0, count: inverse.count), inverse: inverse)
}

/// (x − mean) / √(variance + ε) ⊙ weight + bias for each row; mean and 1 / √(variance + ε) for the pullback.
public func layerNorm(
    _ x: [Float], weight: [Float], bias: [Float], epsilon: Float
) -> (y: [Float], mean: [Float], inverse: [Float]) {
    let n = weight.count
    var mean = [Float](repeating: 0, count: x.count / n)
    var inverse = mean
    let y = unsafe [Float](count: x.count) { y in
        for row in mean.indices {
            unsafe kernel_layer_norm(
                y + row * n, &mean[row], &inverse[row], UnsafePointer(x) + row * n, weight, bias, epsilon, n)
        }
    }
    return (y, mean, inverse)
}

/// dx = r·(g − mean(g) − x̂·mean(g ⊙ x̂)), with g = dy ⊙ weight, row by row.
public func layerNormPullback(
    _ dy: [Float], at x: [Float], weight: [Float], mean: [Float], inverse: [Float]
) -> [Float] {
    let n = weight.count
    return unsafe [Float](count: x.count) { dx in
        for row in mean.indices {
            let start = row * n
            unsafe kernel_layer_norm_pullback(
                dx + start, UnsafePointer(dy) + start, UnsafePointer(x) + start, weight, mean[row], inverse[row], n)
        }
    }
}

/// dweight = Σ over rows of dy ⊙ (x − mean)·r.
public func normWeightPullback(_ dy: [Float], at x: [Float], mean: [Float], inverse: [Float]) -> [Float] {
    let n = x.count / max(1, mean.count)
    var dw = [Float](repeating: 0, count: n)
    for row in mean.indices {
        for i in 0..<n { dw[i] += dy[row * n + i] * (x[row * n + i] - mean[row]) * inverse[row] }
    }
    return dw
}

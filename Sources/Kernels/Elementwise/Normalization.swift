import CKernels

/// x / √(mean(x²) + ε) ⊙ weight for each row, and 1 / √(mean(x²) + ε), which the pullback needs.
public func rmsNorm(_ x: [Float], weight: [Float], epsilon: Float) -> (y: [Float], inverse: [Float]) {
    let (m, n) = (x.count / weight.count, weight.count)
    func share(
        _ y: UnsafeMutablePointer<Float>, _ inverse: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>
    ) {
        spreadRows(m, of: n) { rows in
            let (first, start) = (rows.lowerBound, rows.lowerBound * n)
            unsafe kernel_rms_norm(y + start, inverse + first, x + start, weight, epsilon, rows.count, n)
        }
    }
    var inverse = [Float](repeating: 0, count: m)
    let y = unsafe [Float](count: x.count) { unsafe share($0, &inverse, x) }
    return (y, inverse)
}

/// dx = r·g − x·r³·mean(g ⊙ x), with g = dy ⊙ weight and r = `inverse`, row by row.
public func rmsNormPullback(_ dy: [Float], at x: [Float], weight: [Float], inverse: [Float]) -> [Float] {
    let (m, n) = (x.count / weight.count, weight.count)
    func share(
        _ dx: UnsafeMutablePointer<Float>, _ dy: UnsafePointer<Float>, _ x: UnsafePointer<Float>,
        _ inverse: UnsafePointer<Float>
    ) {
        spreadRows(m, of: n) { rows in
            let (first, start) = (rows.lowerBound, rows.lowerBound * n)
            unsafe kernel_rms_norm_pullback(
                dx + start, dy + start, x + start, weight, inverse + first, rows.count, n)
        }
    }
    return unsafe [Float](count: x.count) { unsafe share($0, dy, x, inverse) }
}

/// dweight = Σ over rows of dy ⊙ x·r.
public func rmsNormWeightPullback(_ dy: [Float], at x: [Float], inverse: [Float]) -> [Float] {
    normWeightPullback(dy, at: x, mean: [Float](repeating: 0, count: inverse.count), inverse: inverse)
}

/// (x − mean) / √(variance + ε) ⊙ weight + bias for each row; mean and 1 / √(variance + ε) for the pullback.
public func layerNorm(
    _ x: [Float], weight: [Float], bias: [Float], epsilon: Float
) -> (y: [Float], mean: [Float], inverse: [Float]) {
    let (m, n) = (x.count / weight.count, weight.count)
    func share(
        _ y: UnsafeMutablePointer<Float>, _ mean: UnsafeMutablePointer<Float>,
        _ inverse: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>
    ) {
        spreadRows(m, of: n) { rows in
            let (first, start) = (rows.lowerBound, rows.lowerBound * n)
            unsafe kernel_layer_norm(
                y + start, mean + first, inverse + first, x + start, weight, bias, epsilon, rows.count, n)
        }
    }
    var mean = [Float](repeating: 0, count: m)
    var inverse = mean
    let y = unsafe [Float](count: x.count) { unsafe share($0, &mean, &inverse, x) }
    return (y, mean, inverse)
}

/// dx = r·(g − mean(g) − x̂·mean(g ⊙ x̂)), with g = dy ⊙ weight, row by row.
public func layerNormPullback(
    _ dy: [Float], at x: [Float], weight: [Float], mean: [Float], inverse: [Float]
) -> [Float] {
    let (m, n) = (x.count / weight.count, weight.count)
    func share(
        _ dx: UnsafeMutablePointer<Float>, _ dy: UnsafePointer<Float>, _ x: UnsafePointer<Float>,
        _ mean: UnsafePointer<Float>, _ inverse: UnsafePointer<Float>
    ) {
        spreadRows(m, of: n) { rows in
            let (first, start) = (rows.lowerBound, rows.lowerBound * n)
            unsafe kernel_layer_norm_pullback(
                dx + start, dy + start, x + start, weight, mean + first, inverse + first, rows.count, n)
        }
    }
    return unsafe [Float](count: x.count) { unsafe share($0, dy, x, mean, inverse) }
}

/// dweight = Σ over rows of dy ⊙ (x − mean)·r.
public func normWeightPullback(_ dy: [Float], at x: [Float], mean: [Float], inverse: [Float]) -> [Float] {
    let n = x.count / max(1, mean.count)
    var dw = [Float](repeating: 0, count: n)
    unsafe dw.change { unsafe kernel_norm_weight_pullback($0, dy, x, mean, inverse, mean.count, n) }
    return dw
}

import CKernels

/// The softmax of each row.
public func softmax(_ x: [Float], rowLength n: Int) -> [Float] {
    var y = x
    unsafe y.change { unsafe kernel_softmax_rows($0, x.count / n, n) }
    return y
}

/// dx = y ⊙ (dy − Σ(y ⊙ dy)), row by row.
public func softmaxPullback(_ dy: [Float], at y: [Float], rowLength n: Int) -> [Float] {
    var dx = dy
    unsafe dx.change { unsafe kernel_softmax_pullback_rows($0, y, y.count / n, n) }
    return dx
}

/// log Σ exp(x) of each row, [m, n] → [m].
public func logSumExp(_ x: [Float], rowLength n: Int) -> [Float] {
    unsafe [Float](count: x.count / n) { unsafe kernel_log_sum_exp_rows($0, x, x.count / n, n) }
}

/// x − log Σ exp(x), row by row.
public func logSoftmax(_ x: [Float], rowLength n: Int) -> [Float] {
    let lse = logSumExp(x, rowLength: n)
    var y = x
    for row in lse.indices {
        for i in row * n..<(row + 1) * n { y[i] -= lse[row] }
    }
    return y
}

/// dx = dy − exp(y)·Σ dy, row by row.
public func logSoftmaxPullback(_ dy: [Float], at y: [Float], rowLength n: Int) -> [Float] {
    var dx = unsafe [Float](count: y.count) { unsafe kernel_exp($0, y, y.count) }
    for start in stride(from: 0, to: y.count, by: n) {
        var along: Float = 0
        for i in start..<start + n { along += dy[i] }
        for i in start..<start + n { dx[i] = dy[i] - dx[i] * along }
    }
    return dx
}

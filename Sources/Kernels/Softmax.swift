import CKernels

/// The softmax of each row.
public func softmax(_ x: [Float], rowLength n: Int) -> [Float] {
    var y = x
    unsafe y.withUnsafeMutableBufferPointer { y in
        guard let base = unsafe y.baseAddress else { return }
        for start in stride(from: 0, to: x.count, by: n) { _ = unsafe kernel_softmax(base + start, n) }
    }
    return y
}

/// dx = y ⊙ (dy − Σ(y ⊙ dy)), row by row.
public func softmaxPullback(_ dy: [Float], at y: [Float], rowLength n: Int) -> [Float] {
    var dx = dy
    unsafe dx.withUnsafeMutableBufferPointer { dx in
        guard let base = unsafe dx.baseAddress else { return }
        for start in stride(from: 0, to: y.count, by: n) {
            let p = unsafe UnsafePointer(y) + start
            let along = unsafe kernel_dot(p, base + start, n)
            unsafe kernel_softmax_pullback(base + start, p, along, 1, n)
        }
    }
    return dx
}

/// log Σ exp(x) of each row, [m, n] → [m].
public func logSumExp(_ x: [Float], rowLength n: Int) -> [Float] {
    stride(from: 0, to: x.count, by: n).map { start in
        unsafe kernel_log_sum_exp(UnsafePointer(x) + start, n)
    }
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
    var dx = unsafe [Float](count: y.count) { dx in unsafe kernel_exp(dx, y, y.count) }
    for start in stride(from: 0, to: y.count, by: n) {
        let along = unsafe kernel_sum(UnsafePointer(dy) + start, n)
        for i in start..<start + n { dx[i] = dy[i] - dx[i] * along }
    }
    return dx
}

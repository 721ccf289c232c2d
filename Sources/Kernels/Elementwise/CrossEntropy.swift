import CKernels

// Fused linear layer and cross entropy: logits are as wide as the vocabulary, so they exist for a chunk of
// positions at a time and only once; the gradient at x is formed from the same chunk.

private let chunkSize = 12 << 20  // numbers: 48 MB

/// −log softmax(x·wᵀ)[target] of each row in nats, and its gradient at x when asked for.
///
/// - Parameters: x [position, dModel]; weight [vocabulary, dModel]; targets [position].
/// - Returns: the loss of each position [position], and ∂loss_p/∂x_p in row p [position, dModel], else empty.
public func crossEntropy(
    _ x: [Float], _ weight: StoredMatrix, targets: [Int32], withGradient: Bool
) -> (loss: [Float], dx: [Float]) {
    let (d, vocabulary) = (weight.columns, weight.rows)
    precondition(
        x.count == targets.count * d, "\(x.count) numbers for \(targets.count) targets and rows of \(d)")
    let chunk = max(1, min(targets.count, chunkSize / vocabulary))
    let logits = UnsafeMutablePointer<Float>.allocate(capacity: chunk * vocabulary)
    defer { unsafe logits.deallocate() }
    func run(_ loss: UnsafeMutablePointer<Float>, _ dx: UnsafeMutablePointer<Float>?) {
        for start in stride(from: 0, to: targets.count, by: chunk) {
            let m = min(chunk, targets.count - start)
            unsafe linear(x, at: start * d, rows: m, weight, into: logits)
            spread(m) { own in
                for p in own {
                    let (line, target) = unsafe (logits + p * vocabulary, Int(targets[start + p]))
                    let chosen = unsafe line[target]
                    guard unsafe dx != nil else {
                        unsafe loss[start + p] = kernel_log_sum_exp(line, vocabulary) - chosen
                        continue
                    }
                    unsafe loss[start + p] = kernel_softmax(line, vocabulary) - chosen
                    unsafe line[target] -= 1
                }
            }
            if let dx = unsafe dx { unsafe linearPullback(logits, rows: m, weight, into: dx, at: start * d) }
        }
    }
    var dx: [Float] = []
    let loss = unsafe [Float](count: targets.count) { loss in
        if withGradient {
            dx = unsafe [Float](count: x.count) { unsafe run(loss, $0) }
        } else {
            unsafe run(loss, nil)
        }
    }
    return (loss, dx)
}

/// dw = Σ_p dy_p · (softmax(x_p·wᵀ) − onehot(target_p)) ⊗ x_p: the gradient at a weight that is trained.
public func crossEntropyWeightPullback(
    _ dy: [Float], x: [Float], _ weight: StoredMatrix, targets: [Int32]
) -> [Float] {
    let (d, vocabulary) = (weight.columns, weight.rows)
    let chunk = max(1, min(targets.count, chunkSize / vocabulary))
    var dw = [Float](repeating: 0, count: vocabulary * d)
    for start in stride(from: 0, to: targets.count, by: chunk) {
        let rows = start..<min(start + chunk, targets.count)
        let part = Array(x[rows.lowerBound * d..<rows.upperBound * d])
        var slopes = softmax(linear(part, weight), rowLength: vocabulary)
        for p in rows { slopes[(p - start) * vocabulary + Int(targets[p])] -= 1 }
        slopes = scaledRows(slopes, by: Array(dy[rows]))
        addProduct(Matrix(slopes, rows.count, vocabulary).transposed, Matrix(part, rows.count, d), to: &dw)
    }
    return dw
}

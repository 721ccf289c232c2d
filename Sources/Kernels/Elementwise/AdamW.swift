import CKernels
import Foundation

/// The numbers of one step of AdamW for one weight.
public struct AdamWStep: Sendable {
    let numbers: adamw

    /// - Parameters:
    ///   - rate: The learning rate.
    ///   - decay: Decoupled weight decay; it is multiplied by the rate.
    ///   - beta1: Decay of the first moment, from 0 to below 1.
    ///   - beta2: Decay of the second moment, from 0 to below 1.
    ///   - epsilon: Added to the root of the corrected second moment.
    ///   - count: Steps taken, this one included, for the bias correction of the moments.
    public init(rate: Float, decay: Float, beta1: Float, beta2: Float, epsilon: Float, count: Int) {
        func correction(_ beta: Float) -> Float { Float(1 - pow(Double(beta), Double(count))) }
        numbers = adamw(
            rate: rate, decay: decay, beta1: beta1, beta2: beta2, epsilon: epsilon,
            correction1: correction(beta1), correction2: correction(beta2))
    }
}

/// A weight after a step of AdamW; its moments are updated.
///
///     g  = clip · gradient
///     m  ← β₁·m + (1 − β₁)·g              v ← β₂·v + (1 − β₂)·g²
///     w' = (1 − rate·decay)·w − rate·m̂ / (√v̂ + ε)       m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ)
///
/// - Source: Loshchilov and Hutter 2019, algorithm 2, with the rate also before the decay, as PyTorch has it.
public func adamW(
    _ weight: [Float], gradient: [Float], clip: Float, mean: inout [Float], square: inout [Float],
    _ step: AdamWStep
) -> [Float] {
    let n = weight.count
    precondition(
        gradient.count == n && mean.count == n && square.count == n,
        "\(n) weights, \(gradient.count) gradients, \(mean.count) and \(square.count) moments")
    return unsafe [Float](count: n) { y in
        unsafe mean.change { mean in
            unsafe square.change { square in
                unsafe update(y, weight, gradient, clip, mean, square, step, n)
            }
        }
    }
}

private func update(
    _ y: UnsafeMutablePointer<Float>, _ weight: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>,
    _ clip: Float, _ mean: UnsafeMutablePointer<Float>, _ square: UnsafeMutablePointer<Float>,
    _ step: AdamWStep, _ n: Int
) {
    spreadNumbers(n) { own in
        let start = own.lowerBound
        unsafe kernel_adamw(
            y + start, weight + start, mean + start, square + start, gradient + start, clip, step.numbers,
            own.count)
    }
}

/// Σ x², in double precision; the same on any number of threads.
public func sumOfSquares(_ x: [Float]) -> Double {
    let size = 1 << 16
    let count = (x.count + size - 1) / size
    var sums = [Double](repeating: 0, count: count)
    unsafe sums.withUnsafeMutableBufferPointer { sums in
        unsafe x.withUnsafeBufferPointer { x in
            spread(count) { own in
                for part in own {
                    let start = part * size
                    unsafe sums[part] = kernel_sum_of_squares(
                        x.baseAddress! + start, min(size, x.count - start))
                }
            }
        }
    }
    return sums.reduce(0, +)
}

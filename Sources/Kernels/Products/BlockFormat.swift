import CKernels

/// How a file stores the numbers of a tensor: in blocks of a fixed number of elements and bytes.
///
/// To add a format: a case, its two sizes, and its line in `expand`; the loop itself is one file of `CKernels`.
public enum BlockFormat: String, Sendable, CaseIterable {
    /// Plain numbers: float, IEEE half, and the upper half of a float.
    case f32, f16, bf16
    /// GGUF blocks of 32: 4, 5 or 8 bits with a scale, or 4 or 5 bits with scale and minimum.
    case q4_0, q4_1, q5_0, q5_1, q8_0
    /// GGUF blocks of 256 with scales that are themselves quantised.
    case q2_k, q3_k, q4_k, q5_k, q6_k
    /// GGUF blocks of 32 and of 256 whose 4 bits look up one of 16 uneven steps.
    case iq4_nl, iq4_xs

    /// The number of elements that one block holds.
    public var elementsPerBlock: Int {
        switch self {
        case .f32, .f16, .bf16: 1
        case .q4_0, .q4_1, .q5_0, .q5_1, .q8_0, .iq4_nl: 32
        case .q2_k, .q3_k, .q4_k, .q5_k, .q6_k, .iq4_xs: 256
        }
    }

    /// The size of one block, bytes.
    public var bytesPerBlock: Int {
        switch self {
        case .f32: 4
        case .f16, .bf16: 2
        case .q4_0, .iq4_nl: 18
        case .q4_1: 20
        case .q5_0: 22
        case .q5_1: 24
        case .q8_0: 34
        case .q2_k: 84
        case .q3_k: 110
        case .q4_k: 144
        case .q5_k: 176
        case .q6_k: 210
        case .iq4_xs: 136
        }
    }

    /// Expands `count` elements, whole blocks, to floats.
    func expand(_ blocks: UnsafeRawPointer, into y: UnsafeMutablePointer<Float>, count: Int) {
        let bytes = unsafe blocks.assumingMemoryBound(to: UInt8.self)
        let blockCount = count / elementsPerBlock
        switch self {
        case .f32: unsafe UnsafeMutableRawPointer(y).copyMemory(from: blocks, byteCount: 4 * count)
        case .f16: unsafe dequantize_f16(bytes, y, blockCount)
        case .bf16: unsafe dequantize_bf16(bytes, y, blockCount)
        case .q4_0: unsafe dequantize_q4_0(bytes, y, blockCount)
        case .q4_1: unsafe dequantize_q4_1(bytes, y, blockCount)
        case .q5_0: unsafe dequantize_q5_0(bytes, y, blockCount)
        case .q5_1: unsafe dequantize_q5_1(bytes, y, blockCount)
        case .q8_0: unsafe dequantize_q8_0(bytes, y, blockCount)
        case .q2_k: unsafe dequantize_q2_k(bytes, y, blockCount)
        case .q3_k: unsafe dequantize_q3_k(bytes, y, blockCount)
        case .q4_k: unsafe dequantize_q4_k(bytes, y, blockCount)
        case .q5_k: unsafe dequantize_q5_k(bytes, y, blockCount)
        case .q6_k: unsafe dequantize_q6_k(bytes, y, blockCount)
        case .iq4_nl: unsafe dequantize_iq4_nl(bytes, y, blockCount)
        case .iq4_xs: unsafe dequantize_iq4_xs(bytes, y, blockCount)
        }
    }
}

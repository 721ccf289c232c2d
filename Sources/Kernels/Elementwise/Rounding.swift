import CKernels

/// The 16 bits of the bfloat16 nearest to each number, ties to even.
public func bf16Bits(_ x: [Float]) -> [UInt16] {
    unsafe [UInt16](unsafeUninitializedCapacity: x.count + 1) { buffer, count in
        if let start = buffer.baseAddress {
            let pairs = unsafe UnsafeMutableRawPointer(start).assumingMemoryBound(to: Float.self)
            unsafe kernel_pairs(pairs, x, x.count)  // an odd last one has a zero after it
        }
        count = x.count
    }
}

extension Array where Element == Float {
    /// An array whose elements are all written by `fill`, without being zeroed first.
    package init(count: Int, fill: (UnsafeMutablePointer<Float>) -> Void) {
        unsafe self.init(unsafeUninitializedCapacity: count) { buffer, initialized in
            if let base = unsafe buffer.baseAddress, count > 0 { unsafe fill(base) }
            initialized = count
        }
    }
}

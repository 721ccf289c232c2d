extension Array where Element == Float {
    /// An array whose elements are all written by `fill`, without being zeroed first.
    package init(count: Int, fill: (UnsafeMutablePointer<Float>) -> Void) {
        unsafe self.init(unsafeUninitializedCapacity: count) { buffer, initialized in
            if count > 0, let base = buffer.baseAddress { unsafe fill(base) }
            initialized = count
        }
    }

    /// Calls `body` with the elements, to change them in place.
    package mutating func change(_ body: (UnsafeMutablePointer<Float>) -> Void) {
        unsafe withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { unsafe body(base) }
        }
    }
}

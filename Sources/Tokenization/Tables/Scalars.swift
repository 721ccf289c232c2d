/// The scalar that begins at `i` in valid UTF-8, and where the next begins.
@inline(__always)
func scalarAt(_ i: Int, in text: Span<UInt8>) -> (scalar: UInt32, next: Int) {
    if text[i] < 0x80 { return (UInt32(text[i]), i + 1) }
    let (scalar, next) = decodedScalar(text, i, text[i])
    return (UInt32(scalar), next)
}

/// Appends the UTF-8 of a scalar.
func appendUTF8(of value: UInt32, to bytes: inout [UInt8]) {
    if value < 0x80 {
        bytes.append(UInt8(value))
    } else if let scalar = Unicode.Scalar(value) {
        bytes.append(contentsOf: UTF8.encode(scalar) ?? .init())
    }
}

/// The text in which `body` has written something for each scalar.
func mappingScalars(_ text: [UInt8], _ body: (UInt32, inout [UInt8]) -> Void) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(text.count)
    let span = text.span
    var i = 0
    while i < span.count {
        let (scalar, next) = scalarAt(i, in: span)
        body(scalar, &output)
        i = next
    }
    return output
}

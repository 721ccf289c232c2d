/// Builds the bytes of a GGUF file, right or wrong.
struct GGUFBytes {
    var version: UInt32 = 3
    var tensorCount: UInt64?
    var valueCount: UInt64?
    private(set) var values: [[UInt8]] = []
    private(set) var tensors: [[UInt8]] = []
    var data: [UInt8] = []
    var alignment = 32

    mutating func add(_ key: String, kind: UInt32, _ value: [UInt8]) {
        values.append(text(key) + little(kind) + value)
    }

    mutating func add(_ key: String, _ value: UInt32) { add(key, kind: 4, little(value)) }
    mutating func add(_ key: String, _ value: Float) { add(key, kind: 6, little(value.bitPattern)) }
    mutating func add(_ key: String, _ value: String) { add(key, kind: 8, text(value)) }
    mutating func add(_ key: String, _ value: [String]) {
        add(key, kind: 9, little(UInt32(8)) + little(UInt64(value.count)) + value.flatMap(text))
    }

    mutating func addTensor(_ name: String, dims: [UInt64], type: UInt32 = 0, offset: UInt64 = 0) {
        tensors.append(
            text(name) + little(UInt32(dims.count)) + dims.flatMap(little) + little(type) + little(offset))
    }

    var bytes: [UInt8] {
        var bytes = Array("GGUF".utf8) + little(version)
        bytes += little(tensorCount ?? UInt64(tensors.count)) + little(valueCount ?? UInt64(values.count))
        bytes += (values + tensors).joined()
        bytes += [UInt8](repeating: 0, count: (alignment - bytes.count % alignment) % alignment)
        return bytes + data
    }
}

/// An integer's bytes, lowest first.
func little(_ value: some FixedWidthInteger) -> [UInt8] {
    (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

/// A GGUF text: its length and its bytes.
func text(_ string: String) -> [UInt8] { little(UInt64(string.utf8.count)) + Array(string.utf8) }

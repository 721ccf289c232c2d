/// What the header of a safetensors file says, before it is compared with the file.
struct SafetensorsHeader {
    struct Entry {
        let name: String
        let dtype: String
        let shape: [Int]
        let span: Range<Int>  // bytes, from the end of the header
    }

    private(set) var metadata: [String: String] = [:]
    private(set) var entries: [Entry] = []

    init(_ text: [UInt8], path: String) throws(ModelFileError) {
        var reader = JSONReader(text, path: path)
        var entries: [Entry] = []
        var metadata: [String: String] = [:]
        try reader.object { (reader, name) throws(ModelFileError) in
            if name == "__metadata__" {
                try reader.object { (reader, key) throws(ModelFileError) in
                    metadata[key] = try reader.string()
                }
            } else {
                entries.append(try Self.entry(name, &reader))
            }
        }
        try reader.expectEnd()
        (self.entries, self.metadata) = (entries, metadata)
    }

    private static func entry(_ name: String, _ reader: inout JSONReader) throws(ModelFileError) -> Entry {
        var dtype: String?
        var shape: [Int]?
        var span: [Int]?
        try reader.object { (reader, key) throws(ModelFileError) in
            switch key {
            case "dtype": dtype = try reader.string()
            case "shape": shape = try reader.integers()
            case "data_offsets": span = try reader.integers()
            default: throw reader.malformed("dtype, shape or data_offsets of \(name)")
            }
        }
        guard let dtype, let shape, let span, span.count == 2, span[0] <= span[1] else {
            throw .malformed(
                path: reader.path, place: "tensor \(name)",
                expected: "dtype, shape and two data_offsets in order", found: "less or other")
        }
        return Entry(name: name, dtype: dtype, shape: shape, span: span[0]..<span[1])
    }
}

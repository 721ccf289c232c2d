import JSON

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
        var reader = JSONReader(text)
        var members: [Member] = []
        do throws(JSONError) {
            try reader.object { (reader, name) throws(JSONError) in
                if name == "__metadata__" {
                    try reader.object { (reader, key) throws(JSONError) in
                        metadata[key] = try reader.string()
                    }
                } else {
                    members.append(try Member(name, &reader))
                }
            }
            try reader.end()
        } catch { throw .malformed(error, in: path, part: "header", of: text) }
        entries = try members.map { (member) throws(ModelFileError) in try member.entry(path: path) }
    }

    /// A tensor as the header has it.
    private struct Member {
        let name: String
        var dtype: String?
        var shape: [Int]?
        var span: [Int]?

        init(_ name: String, _ reader: inout JSONReader) throws(JSONError) {
            self.name = name
            try reader.object { (reader, key) throws(JSONError) in
                switch key {
                case "dtype": dtype = try reader.string()
                case "shape": shape = try Self.integers(&reader)
                case "data_offsets": span = try Self.integers(&reader)
                default: throw reader.failure("expected dtype, shape or data_offsets of \(name)")
                }
            }
        }

        private static func integers(_ reader: inout JSONReader) throws(JSONError) -> [Int] {
            var numbers: [Int] = []
            try reader.array { (reader) throws(JSONError) in numbers.append(try reader.wholeNumber()) }
            return numbers
        }

        func entry(path: String) throws(ModelFileError) -> Entry {
            guard let dtype, let shape, let span, span.count == 2, span[0] <= span[1] else {
                throw .malformed(
                    path: path, place: "tensor \(name)",
                    expected: "dtype, shape and two data_offsets in order", found: "less or other")
            }
            return Entry(name: name, dtype: dtype, shape: shape, span: span[0]..<span[1])
        }
    }
}

extension ModelFileError {
    /// A part of a file that is not the JSON that it should be.
    static func malformed(
        _ error: JSONError, in path: String, part: String, of text: [UInt8]
    ) -> ModelFileError {
        let found = text[min(error.position, text.count)...].prefix(12)
        let shown = found.isEmpty ? "its end" : "\"\(String(decoding: found, as: UTF8.self))\""
        return .malformed(
            path: path, place: "\(part), character \(error.position)", expected: "JSON",
            found: "\(shown): \(error.reason)")
    }
}

import Kernels

/// A safetensors file: its tensors by name, mapped, and its metadata.
public struct Safetensors: Sendable {
    /// The path that was opened.
    public let path: String
    /// The texts under `__metadata__`.
    public let metadata: [String: String]
    /// The tensors, under the names that the file gives them.
    public let tensors: [String: StoredTensor]

    /// The largest header that the format allows, bytes.
    private static let largestHeader = 100_000_000

    /// Opens the file at `path`; tensors whose name `ignored` accepts are checked for place but not for type.
    public init(path: String, ignoring ignored: (String) -> Bool = { _ in false }) throws(ModelFileError) {
        let file = try map(path)
        var reader = ByteReader(file)
        let length = try reader.count(of: 1, "header length")
        guard length >= 2, length <= Self.largestHeader else {
            throw reader.malformed(
                "header length", expected: "2 to \(Self.largestHeader) bytes", found: "\(length)")
        }
        let start = reader.offset + length
        let text = file.bytes(in: reader.offset..<start)
        guard text[0] == UInt8(ascii: "{") else {
            throw reader.malformed("header", expected: "{ first", found: "byte \(text[0])")
        }
        let header = try SafetensorsHeader(text, path: path)
        try checkCover(header.entries, of: file.count - start, path: path)
        var tensors: [String: StoredTensor] = [:]
        for entry in header.entries where !ignored(entry.name) {
            tensors[entry.name] = try entry.stored(in: file, start: start)
        }
        self.path = path
        metadata = header.metadata
        self.tensors = tensors
    }
}

/// Checks that the tensors cover all bytes behind the header, without holes and without sharing any.
private func checkCover(
    _ entries: [SafetensorsHeader.Entry], of count: Int, path: String
) throws(ModelFileError) {
    var end = 0
    for entry in entries.sorted(by: {
        ($0.span.lowerBound, $0.span.upperBound) < ($1.span.lowerBound, $1.span.upperBound)
    }) {
        guard entry.span.lowerBound == end, entry.span.upperBound <= count else {
            throw .malformed(
                path: path, place: "tensor \(entry.name)",
                expected: "data_offsets from \(end) to at most \(count)", found: "\(entry.span)")
        }
        end = entry.span.upperBound
    }
    guard end == count else {
        throw .malformed(
            path: path, place: "data", expected: "\(end) bytes, the end of the last tensor", found: "\(count)"
        )
    }
}

extension SafetensorsHeader.Entry {
    private static let formats: [String: BlockFormat] = ["F32": .f32, "F16": .f16, "BF16": .bf16]

    /// The tensor, once its type is known and its shape fills its bytes exactly.
    fileprivate func stored(in file: MappedFile, start: Int) throws(ModelFileError) -> StoredTensor {
        guard let format = Self.formats[dtype] else {
            throw .unsupported(
                path: file.path, place: "tensor \(name)", found: "type \(dtype)",
                supported: Self.formats.keys.sorted())
        }
        let leading = product(shape.dropLast())
        let bytes = product([format.bytesPerBlock] + shape)
        guard let leading, bytes == span.count else {
            throw .malformed(
                path: file.path, place: "tensor \(name)", expected: "\(span.count) bytes of \(dtype)",
                found: "shape \(shape)")
        }
        let columns = shape.last ?? 1
        return StoredTensor(
            name: name, shape: shape,
            matrix: StoredMatrix(
                file: file, offset: start + span.lowerBound, rows: leading, columns: columns, format: format,
                rowOrder: .asStored),
            file: file.path)
    }
}

/// The product of extents, or nil if it is too large to exist.
private func product(_ extents: some Sequence<Int>) -> Int? {
    var product = 1
    for extent in extents {
        let (next, overflow) = product.multipliedReportingOverflow(by: extent)
        guard !overflow else { return nil }
        product = next
    }
    return product
}

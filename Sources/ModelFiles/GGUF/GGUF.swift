import Kernels

/// The header of a GGUF file (version 2 or 3, little-endian): metadata, and where each tensor is.
struct GGUF: Sendable {
    struct Tensor: Sendable {
        let name: String
        let file: MappedFile
        let shape: [Int]  // outermost first; the file has them the other way round
        let format: BlockFormat
        let offset: Int  // from the start of the file

        var rows: Int { shape.dropLast().reduce(1, *) }
        var columns: Int { shape[shape.count - 1] }
        var byteCount: Int { rows * (columns / format.elementsPerBlock) * format.bytesPerBlock }
    }

    /// The file with the metadata, which may be the first of several.
    let file: MappedFile
    let metadata: [String: GGUFValue]
    let tensors: [Tensor]
    /// The paths of all files.
    let files: [String]

    init(file: MappedFile, metadata: [String: GGUFValue], tensors: [Tensor], files: [String]) {
        (self.file, self.metadata, self.tensors, self.files) = (file, metadata, tensors, files)
    }

    init(path: String, ifMissing advice: String = "check the path") throws(ModelFileError) {
        file = try map(path, ifMissing: advice)
        files = [path]
        var reader = ByteReader(file)
        try reader.checkMagic()
        // A description takes at least a name's length, a number of axes, an axis, a type and an offset.
        let tensorCount = try reader.count(of: 32, "number of tensors")
        let valueCount = try reader.count(of: 13, "number of metadata values")
        metadata = try reader.metadata(valueCount)

        var descriptions: [Tensor] = []
        var names: Set<String> = []
        for _ in 0..<tensorCount {
            let tensor = try reader.tensorDescription()
            guard names.insert(tensor.name).inserted else {
                throw reader.malformed(
                    "tensor \(tensor.name)", expected: "one of this name", found: "a second")
            }
            descriptions.append(tensor)
        }
        tensors = try reader.placed(descriptions, alignment: try reader.alignment(in: metadata))
    }
}

extension ByteReader {
    fileprivate mutating func checkMagic() throws(ModelFileError) {
        let magic = try integer(UInt32.self, "first four bytes")
        guard magic == 0x4655_4747 else {
            throw malformed("first four bytes", expected: "GGUF", found: "other bytes")
        }
        let version = try integer(UInt32.self, "version")
        guard version == 2 || version == 3 else {
            let found = version.byteSwapped <= 3 ? "big-endian GGUF" : "GGUF version \(version)"
            throw .unsupported(
                path: file.path, place: "version", found: found,
                supported: ["little-endian GGUF version 2", "version 3"])
        }
    }

    fileprivate mutating func metadata(_ count: Int) throws(ModelFileError) -> [String: GGUFValue] {
        var metadata: [String: GGUFValue] = [:]
        for index in 0..<count {
            let key = try text(limit: 65_535, "metadata key \(index)")
            let kind = try valueKind("metadata value \(key)")
            let value = try value(kind, "metadata value \(key)")
            guard metadata.updateValue(value, forKey: key) == nil else {
                throw malformed("metadata key \(key)", expected: "it once", found: "it twice")
            }
        }
        return metadata
    }

    /// The name, extents, type and relative offset of the next tensor.
    fileprivate mutating func tensorDescription() throws(ModelFileError) -> GGUF.Tensor {
        let name = try text(limit: 64, "name of a tensor")
        let place = "tensor \(name)"
        let axes = try integer(UInt32.self, place)
        guard (1...4).contains(axes) else {
            throw malformed(place, expected: "1 to 4 axes", found: "\(axes)")
        }
        var shape: [Int] = []
        for _ in 0..<axes {
            let extent = try integer(UInt64.self, place)
            guard extent > 0, extent <= Int32.max else {
                throw malformed(place, expected: "an extent from 1 to \(Int32.max)", found: "\(extent)")
            }
            shape.insert(Int(extent), at: 0)
        }
        let format = try format(of: place)
        let offset = try integer(UInt64.self, place)
        guard offset <= UInt64(file.count) else {
            throw malformed(place, expected: "an offset within \(file.count) bytes", found: "\(offset)")
        }
        return GGUF.Tensor(name: name, file: file, shape: shape, format: format, offset: Int(offset))
    }

    private mutating func format(of place: String) throws(ModelFileError) -> BlockFormat {
        let number = try integer(UInt32.self, place)
        guard let type = GGMLType(number) else {
            throw malformed(place, expected: "a known type", found: "type \(number)")
        }
        guard let format = type.format else {
            throw .unsupported(
                path: file.path, place: place, found: "type \(type.name)", supported: GGMLType.supported)
        }
        return format
    }

    fileprivate func alignment(in metadata: [String: GGUFValue]) throws(ModelFileError) -> Int {
        guard let value = metadata["general.alignment"] else { return 32 }
        guard case .unsigned(let alignment) = value, alignment >= 8, alignment <= 1 << 20,
            alignment & (alignment - 1) == 0
        else {
            throw malformed(
                "general.alignment", expected: "a power of two from 8 to \(1 << 20)", found: value.summary)
        }
        return Int(alignment)
    }

    /// The tensors with offsets from the start of the file, each inside it and none over another.
    fileprivate func placed(_ tensors: [GGUF.Tensor], alignment: Int) throws(ModelFileError) -> [GGUF.Tensor]
    {
        let start = (offset + alignment - 1) & ~(alignment - 1)
        var placed: [GGUF.Tensor] = []
        for tensor in tensors {
            let place = "tensor \(tensor.name)"
            guard tensor.columns.isMultiple(of: tensor.format.elementsPerBlock) else {
                throw malformed(
                    place, expected: "rows of whole \(tensor.format) blocks",
                    found: "rows of \(tensor.columns)")
            }
            guard tensor.offset.isMultiple(of: alignment) else {
                throw malformed(
                    place, expected: "an offset that \(alignment) divides", found: "\(tensor.offset)")
            }
            guard let end = tensor.end(from: start), end <= file.count else {
                throw malformed(
                    place, expected: "its \(tensor.shape) numbers within \(file.count) bytes",
                    found: "more, from byte \(start + tensor.offset)")
            }
            placed.append(
                GGUF.Tensor(
                    name: tensor.name, file: file, shape: tensor.shape, format: tensor.format,
                    offset: start + tensor.offset))
        }
        let sorted = placed.sorted { $0.offset < $1.offset }
        for (first, second) in zip(sorted, sorted.dropFirst())
        where first.offset + first.byteCount > second.offset {
            throw malformed(
                "tensor \(second.name)", expected: "bytes of its own", found: "bytes of \(first.name)")
        }
        return placed
    }
}

extension GGUF.Tensor {
    /// The byte after the last one, or nil if that number is too large to exist.
    fileprivate func end(from start: Int) -> Int? {
        var bytes = columns / format.elementsPerBlock * format.bytesPerBlock
        for extent in shape.dropLast() {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
            guard !overflow else { return nil }
            bytes = product
        }
        let (end, overflow) = bytes.addingReportingOverflow(start + offset)
        return overflow ? nil : end
    }
}

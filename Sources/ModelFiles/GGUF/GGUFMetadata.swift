import Kernels

/// Metadata by key and kind: what is there must be of the kind asked for. Writers do not agree on how a number is stored,
/// so that any kind of number serves that holds the value.
extension GGUF {
    func integer(_ key: String) throws(ModelFileError) -> Int? {
        switch metadata[key] {
        case nil: return nil
        case .unsigned(let value)? where value <= UInt64(Int32.max): return Int(value)
        case .signed(let value)? where (0...Int64(Int32.max)).contains(value): return Int(value)
        case .real(let value)? where (0...Double(Int32.max)).contains(value) && value == value.rounded():
            return Int(value)
        case let other?: throw wrong(key, expected: "an integer from 0 to \(Int32.max)", found: other)
        }
    }

    func real(_ key: String) throws(ModelFileError) -> Float? {
        switch metadata[key] {
        case nil: return nil
        case .real(let value)? where Float(value).isFinite: return Float(value)
        case .unsigned(let value)?: return Float(value)
        case .signed(let value)?: return Float(value)
        case let other?: throw wrong(key, expected: "a finite number", found: other)
        }
    }

    func boolean(_ key: String) throws(ModelFileError) -> Bool? {
        switch metadata[key] {
        case nil: return nil
        case .boolean(let value)?: return value
        case .unsigned(let value)? where value <= 1: return value == 1
        case .signed(let value)? where (0...1).contains(value): return value == 1
        case let other?: throw wrong(key, expected: "true or false", found: other)
        }
    }

    func text(_ key: String) throws(ModelFileError) -> String? {
        switch metadata[key] {
        case nil: return nil
        case .text(let value)?: return value
        case let other?: throw wrong(key, expected: "text", found: other)
        }
    }

    func texts(_ key: String) throws(ModelFileError) -> [String]? {
        guard let array = try array(key, of: [.string], named: "an array of texts") else { return nil }
        var reader = ByteReader(file).moved(to: array.offset)
        var texts: [String] = []
        texts.reserveCapacity(array.count)
        for _ in 0..<array.count { texts.append(try reader.text(key)) }
        return texts
    }

    func integers(_ key: String) throws(ModelFileError) -> [Int]? {
        let kinds: Set<GGUFValueKind> = [
            .int8, .uint8, .int16, .uint16, .int32, .uint32, .int64, .uint64,
        ]
        guard let array = try array(key, of: kinds, named: "an array of integers") else { return nil }
        return (0..<array.count).map { index in
            let place = array.offset + array.kind.minimumSize * index
            return switch array.kind {
            case .int8: Int(file.integer(Int8.self, at: place))
            case .uint8: Int(file.integer(UInt8.self, at: place))
            case .int16: Int(file.integer(Int16.self, at: place))
            case .uint16: Int(file.integer(UInt16.self, at: place))
            case .uint32: Int(file.integer(UInt32.self, at: place))
            case .int64, .uint64: Int(file.integer(Int64.self, at: place))
            default: Int(file.integer(Int32.self, at: place))
            }
        }
    }

    func reals(_ key: String) throws(ModelFileError) -> [Float]? {
        guard case .array(let stored)? = metadata[key], ![.float32, .float64].contains(stored.kind) else {
            guard let array = try array(key, of: [.float32, .float64], named: "an array of numbers") else {
                return nil
            }
            return (0..<array.count).map { index in
                let place = array.offset + array.kind.minimumSize * index
                return array.kind == .float32
                    ? Float(bitPattern: file.integer(UInt32.self, at: place))
                    : Float(Double(bitPattern: file.integer(UInt64.self, at: place)))
            }
        }
        return try integers(key)?.map { Float($0) }
    }

    /// A value that the model cannot do without.
    func required<Value>(_ key: String, _ value: Value?) throws(ModelFileError) -> Value {
        guard let value else {
            throw .malformed(path: file.path, place: "metadata", expected: key, found: "nothing of this name")
        }
        return value
    }

    private func array(
        _ key: String, of kinds: Set<GGUFValueKind>, named name: String
    ) throws(ModelFileError) -> GGUFArray? {
        switch metadata[key] {
        case nil: return nil
        case .array(let array)? where kinds.contains(array.kind): return array
        case let other?: throw wrong(key, expected: name, found: other)
        }
    }

    private func wrong(_ key: String, expected: String, found: GGUFValue) -> ModelFileError {
        .malformed(path: file.path, place: "metadata value \(key)", expected: expected, found: found.summary)
    }
}

import Kernels

/// Metadata by key and kind: what is there must be of the kind asked for.
extension GGUF {
    func integer(_ key: String) throws(ModelFileError) -> Int? {
        switch metadata[key] {
        case nil: return nil
        case .unsigned(let value)? where value <= UInt64(Int32.max): return Int(value)
        case .signed(let value)? where (0...Int64(Int32.max)).contains(value): return Int(value)
        case let other?: throw wrong(key, expected: "an integer from 0 to \(Int32.max)", found: other)
        }
    }

    func real(_ key: String) throws(ModelFileError) -> Float? {
        switch metadata[key] {
        case nil: return nil
        case .real(let value)? where Float(value).isFinite: return Float(value)
        case let other?: throw wrong(key, expected: "a finite number", found: other)
        }
    }

    func boolean(_ key: String) throws(ModelFileError) -> Bool? {
        switch metadata[key] {
        case nil: return nil
        case .boolean(let value)?: return value
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
        guard let array = try array(key, of: .string, named: "an array of texts") else { return nil }
        var reader = ByteReader(file).moved(to: array.offset)
        var texts: [String] = []
        texts.reserveCapacity(array.count)
        for _ in 0..<array.count { texts.append(try reader.text(key)) }
        return texts
    }

    func integers(_ key: String) throws(ModelFileError) -> [Int]? {
        guard let array = try array(key, of: .int32, named: "an array of 32-bit integers") else { return nil }
        return (0..<array.count).map { Int(file.integer(Int32.self, at: array.offset + 4 * $0)) }
    }

    func reals(_ key: String) throws(ModelFileError) -> [Float]? {
        guard let array = try array(key, of: .float32, named: "an array of floats") else { return nil }
        return (0..<array.count).map {
            Float(bitPattern: file.integer(UInt32.self, at: array.offset + 4 * $0))
        }
    }

    /// A value that the model cannot do without.
    func required<Value>(_ key: String, _ value: Value?) throws(ModelFileError) -> Value {
        guard let value else {
            throw .malformed(path: file.path, place: "metadata", expected: key, found: "nothing of this name")
        }
        return value
    }

    private func array(
        _ key: String, of kind: GGUFValueKind, named name: String
    ) throws(ModelFileError) -> GGUFArray? {
        switch metadata[key] {
        case nil: return nil
        case .array(let array)? where array.kind == kind: return array
        case let other?: throw wrong(key, expected: name, found: other)
        }
    }

    private func wrong(_ key: String, expected: String, found: GGUFValue) -> ModelFileError {
        .malformed(path: file.path, place: "metadata value \(key)", expected: expected, found: found.summary)
    }
}

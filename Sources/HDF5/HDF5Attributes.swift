import CHDF5

/// The value of an attribute.
public enum HDF5Attribute: Equatable, Sendable {
    /// UTF-8 of as many bytes as it has (h5py shows `bytes`): of variable length it would lie in a heap without checksums.
    case string(String)
    /// A 64-bit integer.
    case int(Int)
    /// A 64-bit floating-point number.
    case double(Double)
    /// The enumeration FALSE, TRUE, which h5py shows as a bool.
    case bool(Bool)
}

extension HDF5File {
    /// Writes an attribute of an object, or over the one of that name.
    public func setAttribute(
        _ attribute: String, of object: String = "/", to value: HDF5Attribute
    ) throws(HDF5Error) {
        let task = "write the attribute \(attribute) of \(object)"
        let owner = try open(object)
        let present = try attempt(task, in: path) { unsafe H5Aexists(owner.id, attribute) }
        if present > 0 {
            try requireSoundHeap()
            try attempt(task, in: path) { unsafe H5Adelete(owner.id, attribute) }
        }
        let type = try type(of: value, task)
        let space = try Identifier(task, in: path, closedBy: H5Sclose) { H5Screate(H5S_SCALAR) }
        if case .string(let text) = value { try requireNoZero([text], "\(object)@\(attribute)") }
        let created = try Identifier(task, in: path, closedBy: H5Aclose) {
            unsafe H5Acreate2(
                owner.id, attribute, type.id, space.id, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
        }
        try attempt(task, in: path) {
            switch value {
            case .string(let text):
                unsafe H5Awrite(created.id, type.id, text.isEmpty ? [0] : Array(text.utf8))
            case .int(let number): unsafe H5Awrite(created.id, hdf5_native_int64(), [Int64(number)])
            case .double(let number): unsafe H5Awrite(created.id, hdf5_native_float64(), [number])
            case .bool(let truth): unsafe H5Awrite(created.id, type.id, [truth ? Int8(1) : 0])
            }
        }
    }

    /// Reads an attribute that holds one value; `nil` when the object has none of that name.
    public func attribute(_ attribute: String, of object: String = "/") throws(HDF5Error) -> HDF5Attribute? {
        try read(attribute, from: try open(object), object)
    }

    /// Reads several attributes that hold one value each; those that the object does not have are left out.
    public func attributes(_ names: [String], of object: String) throws(HDF5Error) -> [String: HDF5Attribute]
    {
        let owner = try open(object)
        var found: [String: HDF5Attribute] = [:]
        for name in names { found[name] = try read(name, from: owner, object) }
        return found
    }

    private func read(
        _ attribute: String, from owner: borrowing Identifier, _ object: String
    ) throws(HDF5Error) -> HDF5Attribute? {
        let task = "read the attribute \(attribute) of \(object)"
        guard try attempt(task, in: path, { unsafe H5Aexists(owner.id, attribute) }) > 0 else { return nil }
        let found = try Identifier(task, in: path, closedBy: H5Aclose) {
            unsafe H5Aopen(owner.id, attribute, hid_t(H5P_DEFAULT))
        }
        let space = try Identifier(task, in: path, closedBy: H5Sclose) { H5Aget_space(found.id) }
        let type = try Identifier(task, in: path, closedBy: H5Tclose) { H5Aget_type(found.id) }
        let name = "\(object)@\(attribute)"
        guard try attempt(task, in: path, { H5Sget_simple_extent_npoints(space.id) }) == 1 else {
            throw .unexpected(path: path, object: name, expected: "one value", found: "several")
        }
        guard try attempt(task, in: path, { Int(clamping: H5Aget_storage_size(found.id)) }) <= 1 << 20 else {
            throw .unexpected(path: path, object: name, expected: "at most a megabyte", found: "more")
        }
        return try value(of: found, type, space, name)
    }

    private func value(
        of attribute: borrowing Identifier, _ type: borrowing Identifier, _ space: borrowing Identifier,
        _ name: String
    ) throws(HDF5Error) -> HDF5Attribute {
        let id = attribute.id
        func number<Number: HDF5Number>(_: Number.Type) throws(HDF5Error) -> Number {
            var value = [Number.zero]
            try attempt("read \(name)", in: path) { unsafe H5Aread(id, Number.hdf5Kind.memoryType, &value) }
            return value[0]
        }
        switch ask({ H5Tget_class(type.id) }) {
        case H5T_STRING:
            if try attempt("read \(name)", in: path, { H5Tis_variable_str(type.id) }) > 0 {
                try requireSoundHeap()
            }
            return .string(
                try unsafe readTexts(1, stored: type, space: space, name) { memory, buffer in
                    unsafe H5Aread(id, memory, buffer)
                }[0])
        case H5T_INTEGER: return .int(Int(try number(Int64.self)))
        case H5T_FLOAT: return .double(try number(Double.self))
        case H5T_ENUM where ask({ H5Tget_size(type.id) }) == 1:
            var value: [Int8] = [0]
            try attempt("read \(name)", in: path) { unsafe H5Aread(id, type.id, &value) }
            return .bool(value[0] != 0)
        default: throw try unexpected(name, "text, a number or a bool", type)
        }
    }

    private func type(of value: HDF5Attribute, _ task: String) throws(HDF5Error) -> Identifier {
        switch value {
        case .string(let text): return try textType(task, bytes: max(1, text.utf8.count))
        case .int: return try Identifier(task, in: path, closedBy: H5Tclose) { H5Tcopy(hdf5_int64()) }
        case .double: return try Identifier(task, in: path, closedBy: H5Tclose) { H5Tcopy(hdf5_float64()) }
        case .bool:
            let type = try Identifier(task, in: path, closedBy: H5Tclose) { H5Tenum_create(hdf5_int8()) }
            for (name, value) in [("FALSE", Int8(0)), ("TRUE", 1)] {
                try attempt(task, in: path) { unsafe H5Tenum_insert(type.id, name, [value]) }
            }
            return type
        }
    }
}

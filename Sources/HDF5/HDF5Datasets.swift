import CHDF5

extension HDF5File {
    /// Creates a dataset of numbers, and the groups above it where they are missing.
    ///
    /// - Parameters:
    ///   - values: the numbers, last dimension fastest.
    ///   - name: the path in the file, groups first: `/group/name`.
    ///   - shape: the extent of each dimension, outermost first; `[]` is a single number.
    ///   - chunk: the extents of the pieces that are compressed (shuffle, then gzip level 4, each piece with a
    ///     checksum) and read as one; `nil` stores the numbers as they are.
    public func write<Number: HDF5Number>(
        _ values: [Number], to name: String, shape: [Int], chunk: [Int]? = nil
    ) throws(HDF5Error) {
        precondition(
            values.count == shape.reduce(1, *),
            "\(name): \(values.count) values do not fill the shape \(shape)")
        let kind = Number.hdf5Kind
        let dataset = try create(name, type: kind.fileType, shape: shape, chunk: chunk)
        guard !values.isEmpty else { return }
        try attempt("write \(name)", in: path) {
            unsafe H5Dwrite(
                dataset.id, kind.memoryType, hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT), values)
        }
    }

    /// Reads a dataset of numbers that the type holds without loss.
    ///
    /// - Returns: the numbers, last dimension fastest, and the extent of each dimension, outermost first.
    public func read<Number: HDF5Number>(
        _ name: String, as _: Number.Type = Number.self
    ) throws(HDF5Error) -> (values: [Number], shape: [Int]) {
        let kind = Number.hdf5Kind
        let dataset = try openDataset(name)
        let type = try typeOf(dataset, name)
        guard try fits(type, kind) else {
            throw try unexpected(name, "numbers that fit \(kind.rawValue)", type)
        }
        let shape = try shapeOf(dataset, name)
        let count = try countToRead(shape, of: dataset, bytesEach: kind.bytes, name)
        var values = [Number](repeating: .zero, count: count)
        guard count > 0 else { return (values, shape) }
        try attempt("read \(name)", in: path) {
            unsafe H5Dread(
                dataset.id, kind.memoryType, hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT), &values)
        }
        return (values, shape)
    }

    /// The extent of each dimension of a dataset, outermost first.
    public func shape(of name: String) throws(HDF5Error) -> [Int] {
        try shapeOf(try openDataset(name), name)
    }

    /// Creates an empty dataset.
    func create(
        _ name: String, type: hid_t, shape: [Int], chunk: [Int]?
    ) throws(HDF5Error) -> Identifier {
        let extents = shape.map { hsize_t($0) }
        let space = try Identifier("create \(name)", in: path, closedBy: H5Sclose) {
            extents.isEmpty
                ? H5Screate(H5S_SCALAR) : unsafe H5Screate_simple(CInt(extents.count), extents, nil)
        }
        let creation = try Identifier("create \(name)", in: path, closedBy: H5Pclose) {
            H5Pcreate(hdf5_dataset_creation())
        }
        try attempt("create \(name)", in: path) { H5Pset_obj_track_times(creation.id, false) }
        if let chunk, !shape.contains(0) {
            let pieces = chunk.map { hsize_t($0) }
            try attempt("create \(name)", in: path) {
                unsafe H5Pset_chunk(creation.id, CInt(pieces.count), pieces)
            }
            try attempt("create \(name)", in: path) { H5Pset_shuffle(creation.id) }
            try attempt("create \(name)", in: path) { H5Pset_deflate(creation.id, 4) }
            try attempt("create \(name)", in: path) { H5Pset_fletcher32(creation.id) }
        }
        let links = try linkCreation(for: name)
        return try Identifier("create the dataset \(name)", in: path, closedBy: H5Dclose) {
            unsafe H5Dcreate2(id, name, type, space.id, links.id, creation.id, hid_t(H5P_DEFAULT))
        }
    }

    func openDataset(_ name: String) throws(HDF5Error) -> Identifier {
        let dataset = try open(name)
        let kind = ask { H5Iget_type(dataset.id) }
        guard kind == H5I_DATASET else {
            throw .unexpected(
                path: path, object: name, expected: "a dataset",
                found: kind == H5I_GROUP ? "a group" : "a type")
        }
        try requireOwnStorage(dataset, name)
        return dataset
    }

    /// Refuses a dataset whose numbers lie in other files: a stranger's file may not name what is read.
    private func requireOwnStorage(_ dataset: borrowing Identifier, _ name: String) throws(HDF5Error) {
        let creation = try Identifier("look at \(name)", in: path, closedBy: H5Pclose) {
            H5Dget_create_plist(dataset.id)
        }
        let outside = try attempt("look at \(name)", in: path) { H5Pget_external_count(creation.id) }
        guard outside == 0, ask({ H5Pget_layout(creation.id) }) != H5D_VIRTUAL else {
            throw .unexpected(
                path: path, object: name, expected: "within the file", found: "kept in other files")
        }
    }

    func typeOf(_ dataset: borrowing Identifier, _ name: String) throws(HDF5Error) -> Identifier {
        try Identifier("look at \(name)", in: path, closedBy: H5Tclose) { H5Dget_type(dataset.id) }
    }

    func shapeOf(_ dataset: borrowing Identifier, _ name: String) throws(HDF5Error) -> [Int] {
        let space = try Identifier("look at \(name)", in: path, closedBy: H5Sclose) {
            H5Dget_space(dataset.id)
        }
        let rank = try attempt("look at \(name)", in: path) { H5Sget_simple_extent_ndims(space.id) }
        var extents = [hsize_t](repeating: 0, count: Int(rank))
        try attempt("look at \(name)", in: path) {
            unsafe H5Sget_simple_extent_dims(space.id, &extents, nil)
        }
        return extents.map { Int(clamping: $0) }
    }

    /// The number of elements, refused when the file cannot hold that many: a damaged file may claim any extent,
    /// and gzip shrinks at most 1032 : 1.
    func countToRead(
        _ shape: [Int], of dataset: borrowing Identifier, bytesEach: Int, _ name: String
    ) throws(HDF5Error) -> Int {
        var bytes = bytesEach
        var overflows = false
        for extent in shape {
            let product = bytes.multipliedReportingOverflow(by: extent)
            (bytes, overflows) = (product.partialValue, overflows || product.overflow)
        }
        let stored = Int(clamping: ask { H5Dget_storage_size(dataset.id) })
        guard !overflows, bytes / 1032 <= stored + 65536 else {
            throw .unexpected(
                path: path, object: name, expected: "as large as its shape \(shape)",
                found: "\(stored) bytes; the file is damaged")
        }
        return bytes / bytesEach
    }

    /// Whether numbers of a stored type become numbers of our kind without loss.
    private func fits(_ type: borrowing Identifier, _ kind: HDF5Kind) throws(HDF5Error) -> Bool {
        let typeClass = ask { H5Tget_class(type.id) }
        let bytes = ask { H5Tget_size(type.id) }
        guard kind.isInteger else { return typeClass == H5T_FLOAT && bytes <= kind.bytes }
        let isSigned = ask { H5Tget_sign(type.id) } == H5T_SGN_2
        return typeClass == H5T_INTEGER && (isSigned ? bytes <= kind.bytes : bytes < kind.bytes)
    }

    func unexpected(
        _ name: String, _ expected: String, _ type: borrowing Identifier
    ) throws(HDF5Error) -> HDF5Error {
        let found =
            switch ask({ H5Tget_class(type.id) }) {
            case H5T_FLOAT: "floating-point numbers"
            case H5T_INTEGER: "integers"
            case H5T_STRING: "text"
            case H5T_ENUM: "an enumeration"
            case H5T_COMPOUND: "a compound"
            default: "of another type"
            }
        return .unexpected(
            path: path, object: name, expected: expected,
            found: "\(found) of \(ask { H5Tget_size(type.id) }) bytes")
    }
}

import CHDF5
import Foundation

extension HDF5File {
    /// Creates a dataset of texts: UTF-8 of variable length, which every reader takes for texts.
    ///
    /// They lie in a heap that HDF5 keeps without checksums, and a damaged heap crashes the library: so ``readStrings(_:)``
    /// reads it without the library, or, where elements do not lie in one piece, after another process has tried it. A text must not hold the zero character, at which readers would cut it.
    public func write(_ values: [String], to name: String, shape: [Int]) throws(HDF5Error) {
        precondition(
            values.count == shape.reduce(1, *),
            "\(name): \(values.count) texts do not fill the shape \(shape)")
        try requireNoZero(values, name)
        let type = try textType(name, bytes: -1)  // H5T_VARIABLE
        let dataset = try create(name, type: type.id, shape: shape, chunk: nil)
        guard !values.isEmpty else { return }
        let texts = unsafe values.map { unsafe strdup($0) }
        defer { unsafe texts.forEach { unsafe free($0) } }
        try attempt("write \(name)", in: path) {
            unsafe H5Dwrite(dataset.id, type.id, hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT), texts)
        }
    }

    /// Reads a dataset of texts, of variable or fixed length.
    ///
    /// - Returns: the texts, last dimension fastest, and the extent of each dimension, outermost first.
    public func readStrings(_ name: String) throws(HDF5Error) -> (values: [String], shape: [Int]) {
        let dataset = try openDataset(name)
        let type = try typeOf(dataset, name)
        guard ask({ H5Tget_class(type.id) }) == H5T_STRING else { throw try unexpected(name, "text", type) }
        let shape = try shapeOf(dataset, name)
        let bytesEach = max(1, ask { H5Tget_size(type.id) })
        let count = try countToRead(shape, of: dataset, bytesEach: bytesEach, name)
        let space = try Identifier("read \(name)", in: path, closedBy: H5Sclose) { H5Dget_space(dataset.id) }
        if try attempt("read \(name)", in: path, { H5Tis_variable_str(type.id) }) > 0 {
            if let values = try textsInHeap(of: dataset, count: count, name) { return (values, shape) }
            try requireSoundTexts(of: dataset.id)
        }
        let values = try unsafe readTexts(count, stored: type, space: space, name) { memory, buffer in
            unsafe H5Dread(dataset.id, memory, hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT), buffer)
        }
        return (values, shape)
    }

    /// UTF-8 of a fixed length, filled up with zeros; of variable length where that is −1.
    func textType(_ name: String, bytes: Int) throws(HDF5Error) -> Identifier {
        let type = try Identifier("write \(name)", in: path, closedBy: H5Tclose) { H5Tcopy(hdf5_c_string()) }
        try attempt("write \(name)", in: path) { H5Tset_size(type.id, bytes) }
        try attempt("write \(name)", in: path) { H5Tset_cset(type.id, H5T_CSET_UTF8) }
        let padding = bytes < 0 ? H5T_STR_NULLTERM : H5T_STR_NULLPAD
        try attempt("write \(name)", in: path) { H5Tset_strpad(type.id, padding) }
        return type
    }

    /// Reads texts of either kind through `read(memory type, buffer)`, which may be a dataset's or an attribute's; for those of
    /// variable length the heap must have been tried.
    func readTexts(
        _ count: Int, stored type: borrowing Identifier, space: borrowing Identifier, _ name: String,
        _ read: (hid_t, UnsafeMutableRawPointer?) -> herr_t
    ) throws(HDF5Error) -> [String] {
        guard count > 0 else { return [] }
        if try attempt("read \(name)", in: path, { H5Tis_variable_str(type.id) }) == 0 {
            let size = ask { H5Tget_size(type.id) }
            var bytes = [UInt8](repeating: 0, count: count * size)
            try attempt("read \(name)", in: path) { unsafe read(type.id, &bytes) }
            return (0..<count).map { item in
                let text = bytes[item * size..<(item + 1) * size].prefix { $0 != 0 }
                return String(decoding: text, as: UTF8.self)
            }
        }
        var pointers = unsafe [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
        let typeID = type.id
        let spaceID = space.id
        try attempt("read \(name)", in: path) { unsafe read(typeID, &pointers) }
        let texts = unsafe pointers.map { unsafe $0.map { unsafe String(cString: $0) } ?? "" }
        try attempt("read \(name)", in: path) {
            unsafe H5Dvlen_reclaim(typeID, spaceID, hid_t(H5P_DEFAULT), &pointers)
        }
        return texts
    }

    func requireNoZero(_ values: [String], _ name: String) throws(HDF5Error) {
        guard let text = values.first(where: { $0.utf8.contains(0) }) else { return }
        throw .failed(
            path: path, task: "write \(name)",
            reason: "the text \(text.debugDescription) holds a zero character, at which readers would cut it")
    }
}

import CHDF5

extension HDF5File {
    /// Creates a group, and the groups above it where they are missing.
    public func createGroup(_ name: String) throws(HDF5Error) {
        let creation = try Identifier("create \(name)", in: path, closedBy: H5Pclose) {
            H5Pcreate(hdf5_group_creation())
        }
        try attempt("create \(name)", in: path) { H5Pset_link_creation_order(creation.id, keptInOrder) }
        let links = try linkCreation(for: name)
        _ = try Identifier("create the group \(name)", in: path, closedBy: H5Gclose) {
            unsafe H5Gcreate2(id, name, links.id, creation.id, hid_t(H5P_DEFAULT))
        }
    }

    /// Whether there is an object of that name.
    public func exists(_ name: String) throws(HDF5Error) -> Bool {
        var parent = ""
        for part in name.split(separator: "/") {
            if !parent.isEmpty { note(group: parent) }
            parent += "/" + part
            if knows(group: parent) { continue }
            let found = try attempt("look for \(name)", in: path) {
                unsafe H5Lexists(id, parent, hid_t(H5P_DEFAULT))
            }
            guard found > 0 else { return false }
            var link = H5L_info_t()
            try attempt("look for \(name)", in: path) {
                unsafe H5Lget_info(id, parent, &link, hid_t(H5P_DEFAULT))
            }
            // One that leads into another file is not followed: a stranger's file may not name what is read.
            guard link.type != H5L_TYPE_EXTERNAL else { return false }
            let isObject = try attempt("look for \(name)", in: path) {
                unsafe H5Oexists_by_name(id, parent, hid_t(H5P_DEFAULT))
            }
            guard isObject > 0 else { return false }
        }
        return true
    }

    /// Whether the object is a group.
    public func isGroup(_ name: String) throws(HDF5Error) -> Bool {
        let object = try open(name)
        return try attempt("look at \(name)", in: path) { H5Iget_type(object.id).rawValue }
            == H5I_GROUP.rawValue
    }

    /// The names of a group's children, in the order in which they were made where the file has kept it,
    /// otherwise by name.
    public func children(of group: String = "/") throws(HDF5Error) -> [String] {
        let object = try open(group)
        guard ask({ H5Iget_type(object.id) }) == H5I_GROUP else {
            throw .unexpected(path: path, object: group, expected: "a group", found: "a dataset")
        }
        let index = try keepsOrder(object) ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME
        var information = H5G_info_t()
        try attempt("list \(group)", in: path) { unsafe H5Gget_info(object.id, &information) }
        var names: [String] = []
        for position in 0..<information.nlinks {
            func copyName(_ buffer: UnsafeMutablePointer<CChar>?, _ room: Int) -> Int {
                unsafe H5Lget_name_by_idx(
                    object.id, ".", index, H5_ITER_INC, position, buffer, room, hid_t(H5P_DEFAULT))
            }
            let length = try attempt("list \(group)", in: path) { copyName(nil, 0) }
            var name = ""
            try attempt("list \(group)", in: path) {
                var status = 0
                name = unsafe text(room: length + 1) { status = unsafe copyName($0, length + 1) }
                return status
            }
            names.append(name)
        }
        return names
    }

    /// Removes the link to an object, and with the last link the object. The file does not shrink.
    public func remove(_ name: String) throws(HDF5Error) {
        guard try exists(name) else { throw .absent(path: path, object: name) }
        try requireSoundHeap()
        try attempt("remove \(name)", in: path) { unsafe H5Ldelete(id, name, hid_t(H5P_DEFAULT)) }
        noteRemoval()
    }

    /// Opens a group or dataset.
    func open(_ name: String) throws(HDF5Error) -> Identifier {
        guard try exists(name) else { throw .absent(path: path, object: name) }
        return try Identifier("open \(name)", in: path, closedBy: H5Oclose) {
            unsafe H5Oopen(id, name, hid_t(H5P_DEFAULT))
        }
    }

    /// How new links are made: names in UTF-8, groups above them as needed.
    func linkCreation(for name: String) throws(HDF5Error) -> Identifier {
        let links = try Identifier("create \(name)", in: path, closedBy: H5Pclose) {
            H5Pcreate(hdf5_link_creation())
        }
        try attempt("create \(name)", in: path) { H5Pset_create_intermediate_group(links.id, 1) }
        try attempt("create \(name)", in: path) { H5Pset_char_encoding(links.id, H5T_CSET_UTF8) }
        return links
    }

    private func keepsOrder(_ group: borrowing Identifier) throws(HDF5Error) -> Bool {
        let creation = try Identifier("list a group", in: path, closedBy: H5Pclose) {
            H5Gget_create_plist(group.id)
        }
        var flags: UInt32 = 0
        try attempt("list a group", in: path) { unsafe H5Pget_link_creation_order(creation.id, &flags) }
        return flags & keptInOrder == keptInOrder
    }
}

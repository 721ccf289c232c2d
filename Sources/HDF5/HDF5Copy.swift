import CHDF5

extension HDF5File {
    /// Copies a group or dataset, given by its path from the root, with everything below it, into another file.
    ///
    /// Scales that lie within the copied object stay attached to the copies; the library alone would lose them,
    /// because references do not survive a copy between files.
    public func copy(_ name: String, to other: borrowing HDF5File, as newName: String) throws(HDF5Error) {
        guard try exists(name) else { throw .absent(path: path, object: name) }
        try requireSoundHeap()
        let links = try other.linkCreation(for: newName)
        try attempt("copy \(name) from \(path)", in: other.path) {
            unsafe H5Ocopy(id, name, other.id, newName, hid_t(H5P_DEFAULT), links.id)
        }
        let datasets = try datasets(below: name)
        for dataset in datasets { try other.forgetReferences(of: newName + dataset.dropFirst(name.count)) }
        for dataset in datasets {
            for (index, dimension) in try dimensions(of: dataset).enumerated()
            where dimension.scale.hasPrefix(name + "/") {
                let scale = newName + dimension.scale.dropFirst(name.count)
                try other.attach(scale, to: newName + dataset.dropFirst(name.count), dimension: index)
            }
        }
    }

    private func datasets(below name: String) throws(HDF5Error) -> [String] {
        guard try isGroup(name) else { return [name] }
        var found: [String] = []
        for child in try children(of: name) { found += try datasets(below: "\(name)/\(child)") }
        return found
    }

    /// Removes the references to scales that a copy brought with it, which lead nowhere.
    private func forgetReferences(of dataset: String) throws(HDF5Error) {
        let object = try openDataset(dataset)
        for attribute in ["DIMENSION_LIST", "REFERENCE_LIST"] {
            let task = "remove \(attribute) of \(dataset)"
            if try attempt(task, in: path, { unsafe H5Aexists(object.id, attribute) }) > 0 {
                try attempt(task, in: path) { unsafe H5Adelete(object.id, attribute) }
            }
        }
    }
}

import HDF5

extension Provenance {
    /// Writes the attributes of a measurement's group.
    func write(to group: String, in file: borrowing HDF5File) throws(HDF5Error) {
        for (name, text) in [
            ("model", model), ("model_sha256", modelSHA256), ("adapter", adapter ?? ""),
            ("adapter_sha256", adapterSHA256 ?? ""), ("data", data),
            ("data_sha256", dataSHA256), ("template_sha256", templateSHA256 ?? ""), ("method", method),
            ("reduction", reduction), ("precision", precision), ("tool_version", toolVersion),
            ("created", created),
        ] {
            try file.setAttribute(name, of: group, to: .string(text))
        }
        try file.setAttribute("seed", of: group, to: .int(seed))
        if let templateDate {
            try file.setAttribute("template_date", of: group, to: .string(templateDate))
        }
        if let shard { try file.setAttribute("shard", of: group, to: .string(shard.description)) }
    }

    /// Reads the attributes of a measurement's group.
    init(of group: String, in file: borrowing HDF5File) throws(HDF5Error) {
        func text(_ name: String) throws(HDF5Error) -> String {
            guard case .string(let text) = try file.attribute(name, of: group) else {
                throw .unexpected(
                    path: file.path, object: "\(group)@\(name)", expected: "text",
                    found: "missing or not text")
            }
            return text
        }
        guard case .int(let seed) = try file.attribute("seed", of: group) else {
            throw .unexpected(
                path: file.path, object: "\(group)@seed", expected: "an integer",
                found: "missing or not an integer")
        }
        let shard = try Self.shard(of: group, in: file)
        let (adapter, template) = (try text("adapter"), try text("template_sha256"))
        // Older files have no digest of adapters.
        let digest = try file.attribute("adapter_sha256", of: group) == nil ? "" : text("adapter_sha256")
        self.init(
            model: try text("model"), modelSHA256: try text("model_sha256"),
            adapter: adapter.isEmpty ? nil : adapter, adapterSHA256: digest.isEmpty ? nil : digest,
            data: try text("data"),
            dataSHA256: try text("data_sha256"), templateSHA256: template.isEmpty ? nil : template,
            method: try text("method"), reduction: try text("reduction"), precision: try text("precision"),
            seed: seed, toolVersion: try text("tool_version"), created: try text("created"),
            shard: shard)
        if try file.attribute("template_date", of: group) != nil { templateDate = try text("template_date") }
    }

    /// The part of the data that a group holds; a group without the attribute holds all.
    private static func shard(of group: String, in file: borrowing HDF5File) throws(HDF5Error) -> Shard? {
        guard let value = try file.attribute("shard", of: group) else { return nil }
        guard case .string(let text) = value, let shard = Shard(text) else {
            throw .unexpected(
                path: file.path, object: "\(group)@shard", expected: "i/n with i from 1 to n",
                found: "\(value)")
        }
        return shard
    }
}

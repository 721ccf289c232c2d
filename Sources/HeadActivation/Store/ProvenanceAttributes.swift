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
        let found = try file.attributes(Self.attributes, of: group)
        let path = file.path
        func text(_ name: String) throws(HDF5Error) -> String {
            guard case .string(let text) = found[name] else {
                throw .unexpected(
                    path: path, object: "\(group)@\(name)", expected: "text", found: "missing or not text")
            }
            return text
        }
        guard case .int(let seed) = found["seed"] else {
            throw .unexpected(
                path: path, object: "\(group)@seed", expected: "an integer",
                found: "missing or not an integer")
        }
        let (adapter, template) = (try text("adapter"), try text("template_sha256"))
        // Older files have no digest of adapters.
        let digest = found["adapter_sha256"] == nil ? "" : try text("adapter_sha256")
        self.init(
            model: try text("model"), modelSHA256: try text("model_sha256"),
            adapter: adapter.isEmpty ? nil : adapter, adapterSHA256: digest.isEmpty ? nil : digest,
            data: try text("data"),
            dataSHA256: try text("data_sha256"), templateSHA256: template.isEmpty ? nil : template,
            method: try text("method"), reduction: try text("reduction"), precision: try text("precision"),
            seed: seed, toolVersion: try text("tool_version"), created: try text("created"),
            shard: try Self.shard(found["shard"], of: group, in: path))
        if found["template_date"] != nil { templateDate = try text("template_date") }
    }

    private static let attributes = [
        "model", "model_sha256", "adapter", "adapter_sha256", "data", "data_sha256", "template_sha256",
        "method",
        "reduction", "precision", "tool_version", "created", "seed", "template_date", "shard",
    ]

    /// The part of the data that a group holds; a group without the attribute holds all.
    private static func shard(
        _ value: HDF5Attribute?, of group: String, in path: String
    ) throws(HDF5Error) -> Shard? {
        guard let value else { return nil }
        guard case .string(let text) = value, let shard = Shard(text) else {
            throw .unexpected(
                path: path, object: "\(group)@shard", expected: "i/n with i from 1 to n", found: "\(value)")
        }
        return shard
    }
}

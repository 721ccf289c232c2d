public import HDF5

/// A file of states: `/residual`, `/head`, `/mlp` and `/final`, with the texts' ids, labels and groups.
public struct StatesFile: Sendable {
    /// Where the file lies.
    public let path: String
    static let format = "sft-probe/states"

    /// The file at a path.
    public init(_ path: String) { self.path = path }

    /// Writes states into a new file, whole or not at all.
    ///
    /// - Parameters:
    ///   - states: the states, with their texts.
    ///   - attributes: of the root, beside `format` and `format_version`.
    public func write(_ states: States, _ attributes: [(String, HDF5Attribute)]) throws(HDF5Error) {
        let update = try HDF5Update(of: path)
        guard update.isNew else {
            throw .unexpected(
                path: path, object: "/", expected: "no file yet; give another output",
                found: "one that is there")
        }
        try update.file.setAttribute("format", to: .string(Self.format))
        try update.file.setAttribute("format_version", to: .int(1))
        try update.file.setAttribute("position", to: .string(states.position.rawValue))
        for (name, value) in attributes { try update.file.setAttribute(name, to: value) }
        try update.file.write(states.layers.map(Int32.init), to: "/layers", shape: [states.layers.count])
        for site in StateSite.allCases {
            guard let array = states.sites[site] else { continue }
            try update.file.write(array.values, to: "/\(site.rawValue)", shape: array.shape)
        }
        if let final = states.final { try update.file.write(final.values, to: "/final", shape: final.shape) }
        let texts = states.texts
        try update.file.write(texts.map(\.id), to: "/id", shape: [texts.count])
        for (name, values) in [
            ("label", texts.map(\.label)), ("group", texts.map(\.group)), ("lang", texts.map(\.language)),
        ] where values.contains(where: { $0 != nil }) {
            try update.file.write(values.map { $0 ?? "" }, to: "/\(name)", shape: [texts.count])
        }
        if states.position == .all {
            try update.file.write(
                states.offsets.map(Int32.init), to: "/offsets", shape: [states.offsets.count])
        }
        try update.commit()
    }

    /// Reads states; a text without a label, group or language has the empty one.
    public func read() throws(HDF5Error) -> States {
        let file = try HDF5File(reading: path)
        guard try file.attribute("format") == .string(Self.format) else {
            throw .unexpected(
                path: path, object: "/@format", expected: "\(Self.format), as `sft-probe states` writes it",
                found: "another file")
        }
        var position = StatePosition.last
        if case .string(let name) = try file.attribute("position") {
            position = StatePosition(rawValue: name) ?? .last
        }
        let ids = try file.readStrings("/id").values
        func texts(_ name: String) throws(HDF5Error) -> [String?] {
            guard try file.exists("/\(name)") else { return ids.map { _ in nil } }
            return try file.readStrings("/\(name)").values.map { $0.isEmpty ? nil : $0 }
        }
        let (labels, groups, languages) = (try texts("label"), try texts("group"), try texts("lang"))
        func array(_ name: String) throws(HDF5Error) -> States.Array? {
            guard try file.exists("/\(name)") else { return nil }
            let (values, shape) = try file.read("/\(name)", as: Float.self)
            return States.Array(shape: shape, values: values)
        }
        var sites: [StateSite: States.Array] = [:]
        for site in StateSite.allCases { sites[site] = try array(site.rawValue) }
        let layers = try file.read("/layers", as: Int32.self).values
        var offsets = (0...ids.count).map(Int32.init)
        if try file.exists("/offsets") { offsets = try file.read("/offsets", as: Int32.self).values }
        return States(
            texts: ids.indices.map {
                States.Text(id: ids[$0], label: labels[$0], group: groups[$0], language: languages[$0])
            },
            position: position, layers: layers.map(Int.init), sites: sites, final: try array("final"),
            offsets: offsets.map(Int.init))
    }
}

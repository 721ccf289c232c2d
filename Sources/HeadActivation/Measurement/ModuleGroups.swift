import HDF5

// The groups `modules` and `adapter` of a measurement.

extension HeadMeasurement {
    /// Writes the scores of modules, where there are any.
    func writeModules(to file: borrowing HDF5File, _ group: String) throws(HDF5Error) {
        guard let modules else { return }
        let (inner, scale, count) = ("\(group)/modules", "\(group)/modules/module", modules.names.count)
        try file.createGroup(inner)
        try file.write(modules.names, to: scale, shape: [count])
        try file.makeScale(scale, dimension: "module")
        try file.write(modules.signed, to: "\(inner)/signed", shape: [examples, layers, count])
        try file.labelDimensions(
            of: "\(inner)/signed",
            [("example", "\(group)/id"), ("layer", "\(group)/layer"), ("module", scale)])
        let pattern = modules.pattern(layers: layers)
        for (name, values) in [
            ("activation", pattern.activation), ("activation_signed", pattern.signed),
            ("activation_stderr", pattern.standardError),
        ] {
            try file.write(values, to: "\(inner)/\(name)", shape: [layers, count])
            try file.labelDimensions(
                of: "\(inner)/\(name)", [("layer", "\(group)/layer"), ("module", scale)])
        }
    }

    /// Writes what goes through an adapter, where there is one.
    func writeAdapter(to file: borrowing HDF5File, _ group: String) throws(HDF5Error) {
        guard !adapter.isEmpty else { return }
        let inner = "\(group)/adapter"
        try file.createGroup(inner)
        if let shared = adapter.first(where: { $0.projection.isOfKeysOrValues }) {
            try file.write(
                places(shared.heads), to: "\(inner)/key_value_head", shape: [shared.heads])
            try file.makeScale("\(inner)/key_value_head", dimension: "key_value_head")
        }
        for share in adapter {
            let (place, isShared) = ("\(inner)/\(share.projection)", share.projection.isOfKeysOrValues)
            let head = isShared ? ("key_value_head", "\(inner)/key_value_head") : ("head", "\(group)/head")
            let map: [(label: String, scale: String)] = [("layer", "\(group)/layer"), head]
            try file.createGroup(place)
            for (name, values) in [("signed_base", share.base), ("signed_adapter", share.adapter)] {
                try file.write(values, to: "\(place)/\(name)", shape: [examples, layers, share.heads])
                try file.labelDimensions(of: "\(place)/\(name)", [("example", "\(group)/id")] + map)
            }
            for (name, values) in [("norm", share.norm), ("effective_rank", share.effectiveRank)] {
                try file.write(values, to: "\(place)/\(name)", shape: [layers, share.heads])
                try file.labelDimensions(of: "\(place)/\(name)", map)
            }
        }
    }
}

extension PatternFile {
    /// The scores of modules of a measurement; nil where it has none.
    func readModules(
        of measurement: HeadMeasurement, in file: borrowing HDF5File
    ) throws(PatternError) -> ModuleMeasurement? {
        let group = "/\(measurement.task)/\(measurement.checkpoint)/modules"
        guard try inFile({ () throws(HDF5Error) in try file.exists(group) }) else { return nil }
        let (names, _) = try inFile { () throws(HDF5Error) in try file.readStrings("\(group)/module") }
        guard !names.isEmpty else { throw misshapen(measurement, "modules/module", "[module]", [0]) }
        let signed = try floats(
            "modules/signed", [measurement.examples, measurement.layers, names.count], of: measurement,
            in: file)
        return ModuleMeasurement(names: names, signed: signed)
    }

    /// What goes through an adapter in a measurement; empty where there is none.
    func readAdapter(
        of measurement: HeadMeasurement, in file: borrowing HDF5File
    ) throws(PatternError) -> [AdapterMeasurement] {
        let group = "/\(measurement.task)/\(measurement.checkpoint)/adapter"
        guard try inFile({ () throws(HDF5Error) in try file.exists(group) }) else { return [] }
        var found: [AdapterMeasurement] = []
        for projection in ["q", "k", "v", "o"] {
            let place = "adapter/\(projection)"
            let shape = try inFile { () throws(HDF5Error) in
                try file.exists("\(group)/\(projection)")
                    ? try file.shape(of: "\(group)/\(projection)/norm") : nil
            }
            guard let shape else { continue }
            guard shape.count == 2, shape[0] == measurement.layers, shape[1] > 0 else {
                throw misshapen(measurement, "\(place)/norm", "[layer, head]", shape)
            }
            let whole = [measurement.examples] + shape
            found.append(
                AdapterMeasurement(
                    projection: projection, heads: shape[1],
                    base: try floats("\(place)/signed_base", whole, of: measurement, in: file),
                    adapter: try floats("\(place)/signed_adapter", whole, of: measurement, in: file),
                    norm: try floats("\(place)/norm", shape, of: measurement, in: file),
                    effectiveRank: try floats("\(place)/effective_rank", shape, of: measurement, in: file)))
        }
        return found
    }

    private func floats(
        _ name: String, _ expected: [Int], of measurement: HeadMeasurement, in file: borrowing HDF5File
    ) throws(PatternError) -> [Float] {
        let (values, shape) = try inFile { () throws(HDF5Error) in
            try file.read("/\(measurement.task)/\(measurement.checkpoint)/\(name)", as: Float.self)
        }
        guard shape == expected else { throw misshapen(measurement, name, "\(expected)", shape) }
        return values
    }

    private func misshapen(
        _ measurement: HeadMeasurement, _ name: String, _ expected: String, _ found: [Int]
    ) -> PatternError {
        .damaged(
            path: path, task: measurement.task, checkpoint: measurement.checkpoint,
            reason: "\(name) should have the shape \(expected), but has \(found)")
    }
}

extension String {
    /// Whether heads of this projection are those of keys and values.
    fileprivate var isOfKeysOrValues: Bool { self == "k" || self == "v" }
}

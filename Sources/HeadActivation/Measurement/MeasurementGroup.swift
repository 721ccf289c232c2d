import HDF5
import Statistics

extension HeadMeasurement {
    /// Writes the group of this measurement; `complete` comes last.
    func write(to file: borrowing HDF5File) throws(HDF5Error) {
        let group = "/\(task)/\(checkpoint)"
        try file.createGroup(group)
        try writeScales(to: file, group)
        let map = [layers, heads]
        let examplesInChunk = max(1, min(examples, 65536 / grid.count))
        try file.write(
            signed, to: "\(group)/signed", shape: [examples] + map, chunk: [examplesInChunk] + map)
        let pattern = self.pattern
        for (name, values) in [
            ("activation", pattern.activation), ("activation_signed", pattern.signed),
            ("activation_stderr", pattern.standardError),
        ] {
            try file.write(values, to: "\(group)/\(name)", shape: map)
            try label(["layer", "head"], of: name, in: file, group)
        }
        try file.write(loss, to: "\(group)/loss", shape: [examples])
        try file.write(tokens, to: "\(group)/tokens", shape: [examples])
        try file.write(supervisedTokens, to: "\(group)/supervised_tokens", shape: [examples])
        try label(["example", "layer", "head"], of: "signed", in: file, group)
        for name in ["loss", "tokens", "supervised_tokens"] {
            try label(["example"], of: name, in: file, group)
        }
        try writeModules(to: file, group)
        try writeAdapter(to: file, group)
        if let tokenScores {
            let count = tokenScores.count / grid.count
            try file.write(
                tokenScores, to: "\(group)/token_scores", shape: [count] + map,
                chunk: [max(1, min(count, 65536 / grid.count))] + map)
            try file.write(places(count), to: "\(group)/token", shape: [count], chunk: [min(count, 65536)])
            try file.makeScale("\(group)/token", dimension: "token")
            try label(["token", "layer", "head"], of: "token_scores", in: file, group)
        }
        try audit?.write(to: file, "\(group)/audit", grid, ids: ids)
        try describeDatasets(in: file, below: group)
        try provenance.write(to: group, in: file)
        try file.setAttribute("complete", of: group, to: .bool(true))
    }

    private func writeScales(to file: borrowing HDF5File, _ group: String) throws(HDF5Error) {
        try file.write(ids, to: "\(group)/id", shape: [examples])
        try file.write(places(layers), to: "\(group)/layer", shape: [layers])
        try file.write(places(heads), to: "\(group)/head", shape: [heads])
        for (dataset, dimension) in [("id", "example"), ("layer", "layer"), ("head", "head")] {
            try file.makeScale("\(group)/\(dataset)", dimension: dimension)
        }
    }

    private func label(
        _ dimensions: [String], of name: String, in file: borrowing HDF5File, _ group: String
    ) throws(HDF5Error) {
        try file.labelDimensions(
            of: "\(group)/\(name)",
            dimensions.map { (label: $0, scale: "\(group)/\($0 == "example" ? "id" : $0)") })
    }
}

extension HeadMeasurement {
    /// The first example with a score or loss that is not finite, and which of the two it is.
    var firstNotFinite: (example: String, what: String)? {
        if let place = signed.firstIndex(where: { !$0.isFinite }) {
            let (layer, head) = grid.place(place % grid.count)
            return (ids[place / grid.count], "score in layer \(layer), head \(head),")
        }
        if let modules, let place = modules.signed.firstIndex(where: { !$0.isFinite }) {
            return (ids[place / (layers * modules.names.count)], "score of a module")
        }
        for share in adapter {
            if let place = (0..<share.base.count).first(where: {
                !share.base[$0].isFinite || !share.adapter[$0].isFinite
            }) {
                return (ids[place / share.norm.count], "adapter's part of a score")
            }
        }
        if let bad = tokenScores?.firstIndex(where: { !$0.isFinite }) {
            let token = bad / grid.count
            var end = 0
            let example = tokens.firstIndex { count in
                end += Int(count)
                return token < end
            }
            return (ids[example ?? 0], "score of a token")
        }
        return loss.firstIndex { !$0.isFinite }.map { (ids[$0], "loss") }
    }
}

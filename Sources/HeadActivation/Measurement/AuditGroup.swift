import HDF5
import Statistics

extension Audit {
    /// Writes the group of an audit.
    ///
    /// - Parameter ids: the names of the measurement's examples, of which an audit may have looked at the first ones.
    func write(to file: borrowing HDF5File, _ group: String, _ grid: HeadGrid, ids: [String])
        throws(HDF5Error)
    {
        try file.createGroup(group)
        let rows = ablated.isEmpty ? ids.count : effects.count / ablated.count
        try file.write(Array(ids.prefix(rows)), to: "\(group)/id", shape: [rows])
        try file.makeScale("\(group)/id", dimension: "example")
        try file.write(["layer", "head"], to: "\(group)/axis", shape: [2])
        try file.makeScale("\(group)/axis", dimension: "axis")
        for (name, numbers, scores, values) in [
            ("integrated", integrated, "gate_ig", integrals), ("ablated", ablated, "ablation", effects),
        ] where !numbers.isEmpty || name == "ablated" {
            let scale = (label: name, scale: "\(group)/\(name)")
            try file.write(numbers.map { Int32($0) }, to: scale.scale, shape: [numbers.count])
            try file.makeScale(scale.scale, dimension: name)
            try file.write(
                numbers.map(grid.place).flatMap { [Int32($0.layer), Int32($0.head)] },
                to: "\(group)/\(name)_head",
                shape: [numbers.count, 2])
            try file.labelDimensions(
                of: "\(group)/\(name)_head", [scale, (label: "axis", scale: "\(group)/axis")])
            guard !numbers.isEmpty else { continue }
            try file.write(
                values, to: "\(group)/\(scores)", shape: [values.count / numbers.count, numbers.count])
            try file.labelDimensions(
                of: "\(group)/\(scores)", [(label: "example", scale: "\(group)/id"), scale])
        }
        try file.setAttribute("strongest", of: group, to: .int(strongest))
        try file.setAttribute("baseline", of: group, to: .string(baseline))
        try file.setAttribute("points", of: group, to: .int(points))
        try file.setAttribute("completeness_error", of: group, to: .double(completenessError))
    }

    /// Reads what `write` wrote, of a measurement with so many examples, layers and heads.
    init(
        from file: borrowing HDF5File, _ group: String, examples: Int, _ grid: HeadGrid
    ) throws(HDF5Error) {
        func unexpected(_ object: String, _ expected: String) -> HDF5Error {
            .unexpected(
                path: file.path, object: "\(group)\(object)", expected: expected, found: "something else")
        }
        func places(_ name: String) throws(HDF5Error) -> [Int] {
            let (values, shape) = try file.read("\(group)/\(name)", as: Int32.self)
            guard shape.count == 2, shape[1] == 2, shape[0] > 0,
                values.indices.allSatisfy({
                    (0..<($0 % 2 == 0 ? grid.layers : grid.heads)).contains(Int(values[$0]))
                })
            else { throw unexpected("/\(name)", "[head, 2] of layers and heads that there are") }
            return (0..<shape[0]).map {
                grid.number(layer: Int(values[2 * $0]), head: Int(values[2 * $0 + 1]))
            }
        }
        let hasIntegrals = try file.exists("\(group)/integrated_head")
        func scores(_ name: String, _ columns: Int) throws(HDF5Error) -> [Float] {
            let (values, shape) = try file.read("\(group)/\(name)", as: Float.self)
            // Without integrals, the first examples may be all.
            guard shape.count == 2, shape[1] == columns,
                hasIntegrals ? shape[0] == examples : (1...examples).contains(shape[0])
            else {
                throw unexpected("/\(name)", "the shape [\(examples), \(columns)]")
            }
            return values
        }
        let integrated = hasIntegrals ? try places("integrated_head") : []
        let ablated = try places("ablated_head")
        guard case .int(let strongest) = try file.attribute("strongest", of: group),
            (0...ablated.count).contains(strongest),
            case .string(let baseline) = try file.attribute("baseline", of: group),
            case .int(let points) = try file.attribute("points", of: group),
            case .double(let error) = try file.attribute("completeness_error", of: group),
            integrated.isEmpty || Set(ablated).isSubset(of: integrated)
        else {
            throw unexpected(
                "", "strongest, baseline, points and completeness_error, and ablated heads integrated")
        }
        self.init(
            integrated: integrated,
            integrals: hasIntegrals ? try scores("gate_ig", integrated.count) : [], ablated: ablated,
            effects: try scores("ablation", ablated.count), strongest: strongest, baseline: baseline,
            points: points,
            completenessError: error)
    }
}

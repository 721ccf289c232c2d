import HDF5
import Statistics

extension Telemetry {
    /// Writes `step`, `signed`, `activation` and `loss`, means over each step's examples, and the rows in `examples`.
    func write(to file: borrowing HDF5File, _ group: String) throws(HDF5Error) {
        let (map, width, rows) = ([layers, heads], grid.count, "\(group)/examples")
        let distinct = stepRows.map { Int32($0.step) }
        try file.createGroup(group)
        try file.createGroup(rows)
        for (scale, values) in [
            ("\(group)/step", distinct), ("\(group)/layer", places(layers)), ("\(group)/head", places(heads)),
            ("\(rows)/row", places(steps.count)),
        ] {
            try file.write(values, to: scale, shape: [values.count])
            try file.makeScale(scale, dimension: lastName(scale))
        }
        func add(_ values: [Float], _ name: String, _ dimension: String, isMap: Bool) throws(HDF5Error) {
            let count = isMap ? values.count / width : values.count
            try file.write(
                values, to: name, shape: [count] + (isMap ? map : []),
                chunk: isMap ? [max(1, min(count, 65536 / width))] + map : nil)
            let scales = [dimension] + (isMap ? ["\(group)/layer", "\(group)/head"] : [])
            try file.labelDimensions(of: name, scales.map { (label: lastName($0), scale: $0) })
        }
        try add(means(signed, width: width) { $0 }, "\(group)/signed", "\(group)/step", isMap: true)
        try add(means(signed, width: width) { abs($0) }, "\(group)/activation", "\(group)/step", isMap: true)
        try add(means(losses, width: 1) { $0 }, "\(group)/loss", "\(group)/step", isMap: false)
        try file.write(steps, to: "\(rows)/step", shape: [steps.count])
        try file.write(ids, to: "\(rows)/id", shape: [steps.count])
        for name in ["step", "id"] {
            try file.labelDimensions(of: "\(rows)/\(name)", [(label: "row", scale: "\(rows)/row")])
        }
        try add(losses, "\(rows)/loss", "\(rows)/row", isMap: false)
        try add(signed, "\(rows)/signed", "\(rows)/row", isMap: true)
        if let drift { try drift.write(to: file, "\(group)/drift") }
        try describeDatasets(in: file, below: group)
    }
}

/// The coordinates of a dimension, from 0.
func places(_ count: Int) -> [Int32] { (0..<count).map { Int32($0) } }

/// The last part of an object's path.
func lastName(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

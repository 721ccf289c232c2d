import HDF5
public import Statistics

/// Scores of the heads on the examples that a run trained on, from the backward passes that trained.
public struct Telemetry: Sendable, Equatable {
    /// The number of layers.
    public let layers: Int
    /// The number of query heads of a layer.
    public let heads: Int
    /// The step of each row, ascending: [row].
    public private(set) var steps: [Int32] = []
    /// The example of each row: [row].
    public private(set) var ids: [String] = []
    /// The mean loss of the example's supervised tokens before the step's update, in nats: [row].
    public private(set) var losses: [Float] = []
    /// ∂loss/∂ξ of the row's example: [row, layer, head].
    public private(set) var signed: [Float] = []
    /// What became of a behaviour and of the modules' weights; nil where nothing guards one.
    public var drift: Drift?

    /// Telemetry of nothing yet.
    public init(layers: Int, heads: Int) { (self.layers, self.heads) = (layers, heads) }

    /// The layers and heads.
    public var grid: HeadGrid { HeadGrid(layers: layers, heads: heads) }

    /// Adds an example of a step; its scores are [layer, head].
    public mutating func add(step: Int, id: String, loss: Float, signed scores: some Collection<Float>) {
        precondition(scores.count == grid.count, "\(scores.count) scores of \(layers) × \(heads) heads")
        steps.append(Int32(step))
        ids.append(id)
        losses.append(loss)
        signed += scores
    }

    /// The rows up to a step.
    public func through(_ step: Int) -> Telemetry {
        var part = Telemetry(layers: layers, heads: heads)
        let rows = steps.firstIndex { $0 > step } ?? steps.count
        part.steps = Array(steps.prefix(rows))
        part.ids = Array(ids.prefix(rows))
        part.losses = Array(losses.prefix(rows))
        part.signed = Array(signed.prefix(rows * grid.count))
        part.drift = drift?.through(step)
        return part
    }

    /// The recorded steps, and the rows of each.
    public var stepRows: [(step: Int, rows: Range<Int>)] {
        let starts = steps.indices.filter { $0 == 0 || steps[$0] != steps[$0 - 1] }
        return zip(starts, starts.dropFirst() + [steps.count]).map { (Int(steps[$0]), $0..<$1) }
    }

    /// The pattern of each step's examples, of at most so many steps, even steps apart; the last recorded one is among them.
    public func patterns(atMost count: Int) -> [(step: Int, pattern: Pattern)] {
        precondition(count > 1, "\(count) steps")
        let all = stepRows
        let kept = min(count, all.count)
        return (0..<kept).map { place in
            let (step, rows) = all[kept == 1 ? 0 : place * (all.count - 1) / (kept - 1)]
            return (step, pattern(of: rows))
        }
    }

    /// The pattern of some rows' examples.
    public func pattern(of rows: Range<Int>) -> Pattern {
        let scores = signed[rows.lowerBound * grid.count..<rows.upperBound * grid.count]
        return Pattern(HeadArray(Array(scores), grid))
    }

    /// The share of the whole activation that some heads have in each step: those `count` whose activation is largest
    /// over the first `first` steps.
    public func sharesOfStrongest(_ count: Int, judgedBy first: Int) -> [(step: Int, share: Double)] {
        let activations = HeadArray(means(signed, width: grid.count) { abs($0) }, grid)
        let distinct = steps.indices.filter { $0 == 0 || steps[$0] != steps[$0 - 1] }.map { Int(steps[$0]) }
        let early = activations.sums(over: 0..<min(first, distinct.count))
        let strongest = early.indices.sorted { (early[$1], $0) < (early[$0], $1) }.prefix(count)
        return distinct.enumerated().map { row, step in
            let all = activations[example: row].reduce(0.0) { $0 + Double($1) }
            let part = strongest.map(grid.place).reduce(0.0) {
                $0 + Double(activations[row, $1.layer, $1.head])
            }
            return (step, all > 0 ? part / all : .nan)
        }
    }

    /// The mean over each step's examples of `value` of a number: one for each step, `width` for each row.
    func means(_ numbers: [Float], width: Int, of value: (Float) -> Float) -> [Float] {
        var (means, row) = ([Float](), 0)
        while row < steps.count {
            let end = steps[row...].firstIndex { $0 != steps[row] } ?? steps.count
            for place in 0..<width {
                let sum = (row..<end).reduce(0.0) { $0 + Double(value(numbers[$1 * width + place])) }
                means.append(Float(sum / Double(end - row)))
            }
            row = end
        }
        return means
    }

    /// Reads what `write` wrote.
    init(from file: borrowing HDF5File, _ group: String) throws(HDF5Error) {
        let (signed, shape) = try file.read("\(group)/examples/signed", as: Float.self)
        guard shape.count == 3 else {
            throw .unexpected(
                path: file.path, object: "\(group)/examples/signed", expected: "[row, layer, head]",
                found: "\(shape)")
        }
        self.init(layers: shape[1], heads: shape[2])
        steps = try file.read("\(group)/examples/step", as: Int32.self).values
        ids = try file.readStrings("\(group)/examples/id").values
        losses = try file.read("\(group)/examples/loss", as: Float.self).values
        self.signed = signed
        if try file.exists("\(group)/drift") { drift = try Drift(from: file, "\(group)/drift") }
        guard [steps.count, ids.count, losses.count].allSatisfy({ $0 == shape[0] }) else {
            throw .unexpected(
                path: file.path, object: "\(group)/examples", expected: "\(shape[0]) rows in each dataset",
                found: "\(steps.count), \(ids.count) and \(losses.count)")
        }
    }
}

extension PatternFile {
    /// Puts a run's telemetry under a task, in place of what is there; the file is replaced as a whole.
    ///
    /// - Parameters:
    ///   - telemetry: the head scores of the run's steps.
    ///   - task: the name of the task.
    ///   - seconds: how long to wait for another process that is updating the file.
    public func write(_ telemetry: Telemetry, task: String, waiting seconds: Double = 60) throws(PatternError)
    {
        try requireName(task, kind: "task")
        try update(waiting: seconds) { (file) throws(HDF5Error) in
            let group = "/\(task)/telemetry"
            if try file.exists(group) { try file.remove(group) }
            try telemetry.write(to: file, group)
        }
    }

    /// The tasks that have telemetry.
    public func telemetryTasks() throws(PatternError) -> [String] {
        let file = try inFile { () throws(HDF5Error) in try HDF5File(reading: path) }
        try requireOurs(file)
        return try inFile { () throws(HDF5Error) in
            var tasks: [String] = []
            for task in try file.children() where try file.exists("/\(task)/telemetry") { tasks.append(task) }
            return tasks
        }
    }

    /// Reads a task's telemetry; nil where there is none.
    public func readTelemetry(task: String) throws(PatternError) -> Telemetry? {
        let file = try inFile { () throws(HDF5Error) in try HDF5File(reading: path) }
        try requireOurs(file)
        return try inFile { () throws(HDF5Error) in
            try file.exists("/\(task)/telemetry") ? try Telemetry(from: file, "/\(task)/telemetry") : nil
        }
    }
}

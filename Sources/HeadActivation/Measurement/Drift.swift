import HDF5

/// What became of a behaviour and of the modules' weights, step by step of a training.
public struct Drift: Sendable, Equatable {
    /// What is seen of the behaviour after a step.
    public struct Figures: Sendable, Equatable {
        /// The share of test prompts of label 1 that the classifier of the model as the run began takes for 1.
        public let accuracy: Float
        /// The mean log-odds of these prompts.
        public let logit: Float
        /// The balanced accuracy of a classifier fitted anew.
        public let retrainedAccuracy: Float
        /// The mean cosine of final states with those of the model as the run began.
        public let cosine: Float
        /// The mean refusal margin, in nats; NaN where there are no openings.
        public let margin: Float

        /// The figures of a step.
        public init(accuracy: Float, logit: Float, retrainedAccuracy: Float, cosine: Float, margin: Float) {
            (self.accuracy, self.logit, self.retrainedAccuracy) = (accuracy, logit, retrainedAccuracy)
            (self.cosine, self.margin) = (cosine, margin)
        }
    }

    /// The modules, by their paths in the model's files.
    public let modules: [String]
    /// The steps after which it was looked at, ascending, 0 for the start: [step].
    public private(set) var steps: [Int32] = []
    /// What was seen of the behaviour: [step].
    public private(set) var figures: [Figures] = []
    /// The Frobenius norm of each module's change of weights since the start: [step, module].
    public private(set) var changes: [Float] = []

    /// Nothing yet.
    public init(modules: [String]) { self.modules = modules }

    /// Adds what was seen after a step.
    public mutating func add(step: Int, _ seen: Figures, changes moved: [Float]) {
        precondition(moved.count == modules.count, "\(moved.count) changes of \(modules.count) modules")
        steps.append(Int32(step))
        figures.append(seen)
        changes += moved
    }

    /// What was seen up to a step.
    public func through(_ step: Int) -> Drift {
        var part = Drift(modules: modules)
        let count = steps.firstIndex { $0 > step } ?? steps.count
        part.steps = Array(steps.prefix(count))
        part.figures = Array(figures.prefix(count))
        part.changes = Array(changes.prefix(count * modules.count))
        return part
    }

    /// The change of each module after the last step: [module].
    public var lastChanges: [Float] { changes.suffix(modules.count) }
}

extension Drift {
    private static let columns: [(name: String, value: any KeyPath<Figures, Float> & Sendable)] = [
        ("accuracy", \.accuracy), ("logit", \.logit), ("retrained_accuracy", \.retrainedAccuracy),
        ("cosine", \.cosine), ("margin", \.margin),
    ]

    /// The dimension of steps. It is not `step`: what holds this group has a dimension of that name and of another length, which
    /// xarray's trees would not align.
    private static let step = "drift_step"

    /// Writes `drift_step`, `module`, `change` and the figures of the behaviour.
    func write(to file: borrowing HDF5File, _ group: String) throws(HDF5Error) {
        try file.createGroup(group)
        try file.write(steps, to: "\(group)/\(Self.step)", shape: [steps.count])
        try file.write(modules, to: "\(group)/module", shape: [modules.count])
        for name in [Self.step, "module"] { try file.makeScale("\(group)/\(name)", dimension: name) }
        let scales = [Self.step, "module"].map { (label: $0, scale: "\(group)/\($0)") }
        try file.write(changes, to: "\(group)/change", shape: [steps.count, modules.count])
        try file.labelDimensions(of: "\(group)/change", scales)
        for (name, value) in Self.columns {
            try file.write(figures.map { $0[keyPath: value] }, to: "\(group)/\(name)", shape: [steps.count])
            try file.labelDimensions(of: "\(group)/\(name)", [scales[0]])
        }
    }

    /// Reads what `write` wrote.
    init(from file: borrowing HDF5File, _ group: String) throws(HDF5Error) {
        self.init(modules: try file.readStrings("\(group)/module").values)
        let step = try file.exists("\(group)/\(Self.step)") ? Self.step : "step"  // as older files call it
        steps = try file.read("\(group)/\(step)", as: Int32.self).values
        changes = try file.read("\(group)/change", as: Float.self).values
        var columns: [[Float]] = []
        for (name, _) in Self.columns {
            columns.append(try file.read("\(group)/\(name)", as: Float.self).values)
        }
        guard columns.allSatisfy({ $0.count == steps.count }), changes.count == steps.count * modules.count
        else {
            throw .unexpected(
                path: file.path, object: group, expected: "\(steps.count) steps in each dataset",
                found: "\(columns.map(\.count)) and \(changes.count) changes")
        }
        figures = steps.indices.map {
            Figures(
                accuracy: columns[0][$0], logit: columns[1][$0], retrainedAccuracy: columns[2][$0],
                cosine: columns[3][$0], margin: columns[4][$0])
        }
    }
}

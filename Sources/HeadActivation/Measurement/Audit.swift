public import Statistics

/// What tells how far to trust a measurement by gradients: better estimates for its strongest heads, and for fewer of
/// them what exactly happens without the head.
///
/// All scores have the sign of ``HeadMeasurement/signed``: the loss with the head minus the loss without.
public struct Audit: Sendable, Equatable {
    /// The heads whose gate integrated gradients were found, as layer · heads + head: the strongest by the measurement, then
    /// the random ones; empty where exact effects alone were found.
    public let integrated: [Int]
    /// Their integrated gradients: [example, integrated].
    public let integrals: [Float]
    /// The heads that were ablated: the strongest by the integrated gradients (without those by the measurement), then
    /// random ones.
    public let ablated: [Int]
    /// Their exact effects, of the measurement's first examples or of all: [example, ablated].
    public let effects: [Float]
    /// How many of the ablated heads are the strongest; the others were drawn from outside the integrated strongest.
    public let strongest: Int
    /// What heads were replaced by, such as `zero`.
    public let baseline: String
    /// Points of the integral.
    public let points: Int
    /// How far integrated gradients are from adding up: see the methods' documentation.
    public let completenessError: Double

    /// Holds an audit; `integrals` and `effects` have a row for each example.
    public init(
        integrated: [Int], integrals: [Float], ablated: [Int], effects: [Float], strongest: Int,
        baseline: String,
        points: Int, completenessError: Double
    ) {
        precondition(
            !ablated.isEmpty && (0...ablated.count).contains(strongest)
                && integrals.count * ablated.count == effects.count * integrated.count
                && (integrated.isEmpty || Set(ablated).isSubset(of: integrated)),
            "\(integrals.count) of \(integrated.count) heads, \(effects.count) of \(ablated.count)")
        (self.integrated, self.integrals) = (integrated, integrals)
        (self.ablated, self.effects, self.strongest) = (ablated, effects, strongest)
        (self.baseline, self.points, self.completenessError) = (baseline, points, completenessError)
    }

    /// How many examples were looked at: the first of the measurement.
    public var examples: Int { effects.count / ablated.count }

    /// Some columns of the exact effects: [example, column].
    func effects(of columns: [Int]) -> [Float] { gathered(effects, ablated.count, columns) }

    /// The integrated gradients of some ablated heads: [example, column].
    func integrals(of columns: [Int]) -> [Float] {
        gathered(integrals, integrated.count, columns.map { integrated.firstIndex(of: ablated[$0]) ?? 0 })
    }
}

/// Columns of rows of `width` numbers.
func gathered(_ rows: [Float], _ width: Int, _ columns: [Int]) -> [Float] {
    (0..<rows.count / width).flatMap { row in columns.map { rows[row * width + $0] } }
}

/// One comparison of an audit.
public struct Rung: Sendable, Equatable {
    /// The estimate, such as `gate`.
    public let estimate: String
    /// What it is held against, such as `ablation`.
    public let truth: String
    /// Which heads are compared.
    public let over: String
    /// How far they agree.
    public let agreement: Agreement
}

/// An audit in figures.
public struct AuditFigures: Sendable, Equatable {
    /// The comparisons, from rung to rung; those with fewer than three heads are left out.
    public let rungs: [Rung]
    /// The mean size of the exact effect of the strongest heads, in nats or what else was watched.
    public let strongestEffect: Estimate
    /// That of the random heads.
    public let randomEffect: Estimate
    /// How the gradient's ranks of all ablated heads agree with the exact effects': the trust figure.
    public var trust: Estimate? {
        signs?.agreement.spearman
    }

    /// How the gradient's sign agrees with the exact effect's over all ablated heads.
    public var signs: Rung? {
        rungs.first { $0.estimate == "gate" && $0.truth == "ablation" && $0.over == Self.all }
    }

    static let all = "strongest and random"

    /// The figures of a measurement's audit; nil without one.
    public init?(_ measurement: HeadMeasurement, resamples: Int = 1000, seed: Int = 0) {
        guard let audit = measurement.audit else { return nil }
        let examples = audit.examples
        let scores = HeadArray(
            Array(measurement.signed.prefix(examples * measurement.grid.count)), measurement.grid)
        func rung(_ estimate: String, _ truth: String, _ over: String, _ a: [Float], _ b: [Float]) -> Rung? {
            let heads = a.count / examples
            guard heads >= 3 else { return nil }
            return Rung(
                estimate: estimate, truth: truth, over: over,
                agreement: Agreement(a, b, heads: heads, resamples: resamples, seed: seed))
        }
        let hasIntegrals = !audit.integrated.isEmpty
        let gate = hasIntegrals ? scores.columns(audit.integrated) : []
        var rungs = [rung("gate", "gate-ig", "strongest quarter and random", gate, audit.integrals)]
        let (strong, random) = (Array(0..<audit.strongest), Array(audit.strongest..<audit.ablated.count))
        for (over, columns) in [(Self.all, strong + random), ("strongest", strong), ("random", random)] {
            let exact = audit.effects(of: columns)
            let gate = scores.columns(columns.map { audit.ablated[$0] })
            rungs.append(rung("gate", "ablation", over, gate, exact))
            if hasIntegrals {
                rungs.append(rung("gate-ig", "ablation", over, audit.integrals(of: columns), exact))
            }
        }
        self.rungs = rungs.compactMap(\.self)
        func effect(_ columns: [Int]) -> Estimate {
            guard !columns.isEmpty else { return Estimate(value: nil, interval: nil) }
            let exact = audit.effects(of: columns)
            func size(_ counts: [Int32]) -> Double {
                drawnMeans(exact, counts, columns.count).reduce(0) { $0 + abs($1) } / Double(columns.count)
            }
            let drawn =
                examples > 1
                ? (0..<resamples).map { size(drawnCounts(examples, seed: seed, resample: $0)) } : []
            return biasCorrected(
                size([Int32](repeating: 1, count: examples)), drawn, examples: examples,
                within: 0...Double.infinity)
        }
        strongestEffect = effect(strong)
        randomEffect = effect(random)
    }
}

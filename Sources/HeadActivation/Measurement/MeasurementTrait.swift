/// What two measurements must share for their numbers to be compared.
public enum MeasurementTrait: String, Sendable, CaseIterable {
    /// The weights.
    case model
    /// The adapter on top of them.
    case adapter
    /// The examples.
    case data
    /// The chat template.
    case template = "chat template"
    /// How the scores were made.
    case method
    /// How token losses became one.
    case reduction
    /// The arithmetic.
    case precision
    /// The numbers of layers and heads.
    case shape = "layers and heads"

    /// What a measurement has of it, short enough for a sentence.
    public func value(_ summary: MeasurementSummary) -> String {
        let provenance = summary.provenance
        return switch self {
        case .model: "\(provenance.model) \(provenance.modelSHA256.prefix(12))"
        case .adapter:
            provenance.adapter.map { "\($0) \(provenance.adapterSHA256?.prefix(12) ?? "")" } ?? "none"
        case .data: "\(provenance.data) \(provenance.dataSHA256.prefix(12))"
        case .template: provenance.templateSHA256.map { String($0.prefix(12)) } ?? "none"
        case .method: provenance.method
        case .reduction: provenance.reduction
        case .precision: provenance.precision
        case .shape: "\(summary.layers) × \(summary.heads)"
        }
    }

    /// Whether two measurements differ in it. Models, adapters and data count by what they hold, not by where they lay.
    public func differs(_ first: MeasurementSummary, _ second: MeasurementSummary) -> Bool {
        switch self {
        case .model: first.provenance.modelSHA256 != second.provenance.modelSHA256
        case .data: first.provenance.dataSHA256 != second.provenance.dataSHA256
        case .adapter where first.provenance.adapterSHA256 != nil && second.provenance.adapterSHA256 != nil:
            first.provenance.adapterSHA256 != second.provenance.adapterSHA256
        default: value(first) != value(second)
        }
    }

    /// What must agree between two states of a model measured on the same task.
    public static let ofChange: [MeasurementTrait] = [
        .shape, .model, .data, .template, .method, .reduction, .precision,
    ]
    /// What must agree between tasks measured at the same checkpoint.
    public static let ofTasks: [MeasurementTrait] = [
        .shape, .model, .template, .method, .reduction, .precision,
    ]
}

/// A trait in which two measurements differ.
public struct Mismatch: Sendable, Equatable, CustomStringConvertible {
    /// The trait.
    public let trait: MeasurementTrait
    /// The measurements that differ.
    public let first, second: MeasurementSummary

    /// Names the trait and both measurements.
    public init(trait: MeasurementTrait, first: MeasurementSummary, second: MeasurementSummary) {
        self.trait = trait
        self.first = first
        self.second = second
    }

    /// A clause that names both and what they have.
    public var description: String {
        "\(first.task)/\(first.checkpoint) and \(second.task)/\(second.checkpoint) differ in their \(trait.rawValue): "
            + "\(trait.value(first)) and \(trait.value(second))"
    }
}

/// Where measurements differ from the first among them, trait by trait; each trait once.
public func mismatches(
    _ summaries: [MeasurementSummary], in traits: [MeasurementTrait]
) -> [Mismatch] {
    guard let first = summaries.first else { return [] }
    return traits.compactMap { trait in
        summaries.first { trait.differs(first, $0) }.map { Mismatch(trait: trait, first: first, second: $0) }
    }
}

/// Refuses measurements that differ in one of the traits.
///
/// - Parameters:
///   - summaries: what is to be compared.
///   - traits: what has to be the same.
///   - allowing: whether to pass what differs, except in shape.
/// - Returns: what differs and was allowed.
@discardableResult
public func requireComparable(
    _ summaries: [MeasurementSummary], in traits: [MeasurementTrait], allowing: Bool = false
) throws(PatternError) -> [Mismatch] {
    let found = mismatches(summaries, in: traits)
    if let refused = found.first(where: { $0.trait == .shape || !allowing }) { throw .mismatch(refused) }
    return found
}

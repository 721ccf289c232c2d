import Kernels
public import Records

/// A prompt that shows a behaviour or does not, such as a request that is to be refused or a harmless one.
public struct BehaviourPrompt: Sendable, Equatable {
    /// The record's id.
    public let id: String
    /// The tokens; the last is the one at which the model would begin to answer.
    public let ids: [Int32]
    /// Whether the behaviour is wanted here: label 1.
    public let isPositive: Bool
    /// Whether the classifier is judged by it (`test`) and not fitted to it (`train`).
    public let isTest: Bool

    /// A prompt.
    public init(id: String, ids: [Int32], isPositive: Bool, isTest: Bool) {
        (self.id, self.ids, self.isPositive, self.isTest) = (id, ids, isPositive, isTest)
    }
}

/// Why a behaviour cannot be measured.
public enum RobustnessError: Error, Equatable, CustomStringConvertible {
    /// A part of the prompts has one label alone, or none at all.
    case oneKind(split: String, positive: Int, negative: Int)
    /// No projection of the model is of the types that are wanted.
    case noModules(types: [String], found: [String])
    /// A perturbation that was not measured, or results of another kind.
    case results(String)
    /// No module can be perturbed within the tolerance.
    case noneIsRobust(tolerance: Double, least: Double)
    /// A file of openings that is not one.
    case openings(String)
    /// What was measured could not be kept, or is of another measurement.
    case file(RecordError)

    /// One sentence for the user, without a stop.
    public var description: String {
        switch self {
        case .oneKind(let split, let positive, let negative):
            "the split \"\(split)\" has \(positive) prompts of label 1 and \(negative) of label 0, but both kinds are "
                + "needed in \"train\" and in \"test\""
        case .noModules(let types, let found):
            "the model has no module of the types \(types.joined(separator: ", ")); it has "
                + found.joined(separator: ", ")
        case .results(let reason): reason
        case .noneIsRobust(let tolerance, let least):
            "no module can be perturbed within the tolerance of \(tolerance): the least drop is \(least); allow more, or "
                + "perturb less"
        case .openings(let reason): reason
        case .file(let error): error.description
        }
    }
}

extension [BehaviourPrompt] {
    /// Throws where a classifier cannot be fitted to them or judged by them.
    public func requireBothKinds() throws(RobustnessError) {
        for (split, isTest) in [("train", false), ("test", true)] {
            let part = filter { $0.isTest == isTest }
            let positive = part.count(where: \.isPositive)
            guard positive > 0, positive < part.count else {
                throw .oneKind(split: split, positive: positive, negative: part.count - positive)
            }
        }
    }
}

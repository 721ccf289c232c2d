import Foundation
import Kernels

/// The order in which examples are trained.
///
/// - Source: Xiong et al. (LaMer) for ascending relative entropy; Platanios et al. 2019 for competence.
public enum CurriculumOrder: String, Sendable, CaseIterable {
    /// From the smallest relative entropy to the largest: the paper's.
    case ascending
    /// From the largest to the smallest: a control.
    case descending
    /// Drawn at random: a control.
    case shuffled
    /// Band by band from the easiest, at random within each: the bands that the diagnosis gave.
    case stages
    /// Competence: at random among the easiest share √(t·(1 − c²) + c²) of all, which grows as t runs from 0
    /// to 1; c is 0.1.
    case competence

    /// The indices of examples with these difficulties, in training order; each once.
    ///
    /// Examples of equal difficulty keep their given order, unless the order is random.
    ///
    /// - Parameters:
    ///   - difficulties: each example's, such as its relative entropy in nats; the smallest is the easiest.
    ///   - bands: each example's, 1 to 4; read by `stages` alone.
    ///   - seed: random seed of the orders that are drawn at random.
    public func places(_ difficulties: [Double], bands: [Int], seed: Int) -> [Int] {
        var generator = SeededGenerator(seed: seed)
        let ascending = difficulties.indices.sorted { (difficulties[$0], $0) < (difficulties[$1], $1) }
        switch self {
        case .ascending: return ascending
        case .descending:
            return difficulties.indices.sorted { (-difficulties[$0], $0) < (-difficulties[$1], $1) }
        case .shuffled: return difficulties.indices.shuffled(using: &generator)
        case .stages:
            let members = Dictionary(grouping: ascending) { bands[$0] }
            return members.keys.sorted().flatMap { (members[$0] ?? []).shuffled(using: &generator) }
        case .competence:
            var (open, rest) = ([Int](), ascending[...])
            return ascending.indices.map { step in
                let time = Double(step) / Double(max(1, ascending.count - 1))
                let share = (time * (1 - 0.01) + 0.01).squareRoot()
                let wanted = max(step + 1, Int((share * Double(ascending.count)).rounded(.up)))
                let taken = ascending.count - rest.count
                open += rest.prefix(wanted - taken)
                rest = rest.dropFirst(wanted - taken)
                return open.remove(at: Int.random(in: open.indices, using: &generator))
            }
        }
    }
}

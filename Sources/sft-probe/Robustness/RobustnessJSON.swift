import ModuleRobustness
import Statistics
import Transformers

/// What `robustness measure --json` prints.
struct RobustnessJSON: Encodable {
    struct Figure: Encodable {
        let value, low, high: Double?

        init(_ estimate: Estimate) {
            (value, low, high) = (estimate.value, estimate.interval?.low, estimate.interval?.high)
        }
    }

    struct Start: Encodable {
        let accuracy, logit, balancedAccuracy: Double
        let margin: Double?
        let prompts: Int

        enum CodingKeys: String, CodingKey {
            case accuracy, logit, margin, prompts
            case balancedAccuracy = "balanced_accuracy"
        }
    }

    struct Joint: Encodable {
        let modules: [String]
        let drop, sum: Double
        let excess: Figure
    }

    struct Agreement: Encodable {
        let measure: String
        let drop, logit: Figure
    }

    struct Part: Encodable {
        let perturbation: String
        let modules: Int
        let depth, depthOfLogit: Figure
        let queriesAndKeys, queriesAndKeysOfLogit: Figure?
        let joint: Joint?
        let agreement: [Agreement]

        enum CodingKeys: String, CodingKey {
            case perturbation, modules, depth, joint, agreement
            case depthOfLogit = "depth_logit"
            case queriesAndKeys = "queries_keys"
            case queriesAndKeysOfLogit = "queries_keys_logit"
        }
    }

    let start: Start
    let perturbations: [Part]
    let share: Double

    enum CodingKeys: String, CodingKey {
        case start, perturbations
        case share = "computed_share"
    }

    init(_ found: RobustnessMeasurement, _ parts: [RobustnessText]) {
        start = Start(
            accuracy: found.start.accuracy, logit: found.start.logit,
            balancedAccuracy: found.start.retrainedAccuracy, margin: found.start.margin,
            prompts: found.start.decisions.count)
        share = found.share
        perturbations = parts.map { part in
            Part(
                perturbation: part.name, modules: part.modules.count, depth: Figure(part.patterns.depth),
                depthOfLogit: Figure(part.patterns.depthOfLogit),
                queriesAndKeys: part.patterns.queriesAndKeys.map(Figure.init),
                queriesAndKeysOfLogit: part.patterns.queriesAndKeysOfLogit.map(Figure.init),
                joint: part.joint.map {
                    Joint(
                        modules: $0.modules.map(\.path), drop: $0.drop, sum: $0.sum, excess: Figure($0.excess)
                    )
                },
                agreement: part.patterns.agreement.map {
                    Agreement(measure: $0.name, drop: Figure($0.withDrop), logit: Figure($0.withLogit))
                })
        }
    }
}

import Kernels
import LinearProbes
import Statistics
import Tensor
import Transformers

/// What is seen of a behaviour in one state of a model.
struct BehaviourReading: Sendable {
    /// The normed state at each prompt's last token: [prompt, width].
    let final: DoubleMatrix
    /// The refusal margin of each prompt of label 1 in the test split, in nats; empty without openings.
    let margins: [Double]
}

/// Prompts laid out in packs, and how they are read.
struct BehaviourPasses: Sendable {
    let prompts: [BehaviourPrompt]
    let packs: [(prompts: [Int], rows: PromptRows)]
    let openings: OpeningTokens?

    /// - Parameter openings: those whose probability is computed after the prompts of label 1 in the test split; nil: none.
    init(_ prompts: [BehaviourPrompt], openings: OpeningTokens?, model: Decoder, packTokens: Int) {
        (self.prompts, self.openings) = (prompts, openings)
        packs = model.packedRows(
            of: prompts.map {
                Continuations(
                    prompt: $0.ids, options: $0.isTest && $0.isPositive ? openings?.all ?? [] : [])
            }, tokens: packTokens)
    }

    /// The tokens of a pass.
    var tokens: Int { packs.reduce(0) { $0 + $1.rows.count } }

    /// Puts together what a model makes of each pack.
    func reading(_ packs: [PromptReading]) -> BehaviourReading {
        let width = packs.first?.final.shape.matrix.columns ?? 0
        var final = [Double](repeating: 0, count: prompts.count * width)
        var margins = [Double?](repeating: nil, count: prompts.count)
        for (found, members) in zip(packs, self.packs.map(\.prompts)) {
            for (place, prompt) in members.enumerated() {
                for (column, value) in found.final.elements[place * width..<(place + 1) * width].enumerated()
                {
                    final[prompt * width + column] = Double(value)
                }
                let options = found.logProbabilities[place]
                if let openings, !options.isEmpty { margins[prompt] = openings.margin(options) }
            }
        }
        return BehaviourReading(
            final: DoubleMatrix(rows: prompts.count, columns: width, final),
            margins: margins.compactMap(\.self))
    }
}

/// The frozen classifier, and what it is held against.
struct BehaviourJudge: Sendable {
    let prompts: [BehaviourPrompt]
    let l2: Double
    let classifier: LinearClassifier
    let start: BehaviourReading

    /// Fits the classifier to the training split of a reading.
    init(_ prompts: [BehaviourPrompt], _ start: BehaviourReading, l2: Double) {
        (self.prompts, self.start, self.l2) = (prompts, start, l2)
        classifier = Self.fitted(prompts, start, l2)
    }

    private static func fitted(
        _ prompts: [BehaviourPrompt], _ reading: BehaviourReading, _ l2: Double
    ) -> LinearClassifier {
        let train = prompts.indices.filter { !prompts[$0].isTest }
        return LinearClassifier(
            reading.final.rows(train), labels: train.map { prompts[$0].isPositive }, l2: l2)
    }

    /// What is seen of the behaviour in a reading.
    func outcome(_ reading: BehaviourReading) -> BehaviourOutcome {
        let test = prompts.indices.filter { prompts[$0].isTest }
        let positive = test.filter { prompts[$0].isPositive }
        let decisions = classifier.decisions(reading.final.rows(positive))
        let anew = Self.fitted(prompts, reading, l2).decisions(reading.final.rows(test))
        let right = zip(test, anew).map { prompts[$0].isPositive == ($1 > 0) }
        let width = reading.final.columns
        let cosines = test.map { row in
            let place = row * width..<(row + 1) * width
            return cosine(Array(start.final.values[place]), Array(reading.final.values[place])) ?? 0
        }
        return BehaviourOutcome(
            decisions: decisions,
            retrainedAccuracy: balancedAccuracy(right, test.map { prompts[$0].isPositive ? 1 : 0 }),
            cosine: cosines.reduce(0, +) / Double(cosines.count), margins: reading.margins)
    }
}

/// What is seen of a behaviour in a state of a model, beside its unperturbed state.
public struct BehaviourOutcome: Sendable, Codable {
    /// The frozen classifier's log-odds of each test prompt of label 1.
    public let decisions: [Double]
    /// The balanced accuracy on the test split of a classifier fitted anew.
    public let retrainedAccuracy: Double
    /// The mean cosine of the final states of the test split with the unperturbed ones.
    public let cosine: Double
    /// The refusal margin of each test prompt of label 1, in nats; empty without openings.
    public let margins: [Double]

    /// The share of test prompts of label 1 that the frozen classifier still takes for 1.
    public var accuracy: Double { Double(decisions.count { $0 > 0 }) / Double(decisions.count) }
    /// The mean of the decisions.
    public var logit: Double { decisions.reduce(0, +) / Double(decisions.count) }
    /// The mean margin; nil without openings.
    public var margin: Double? {
        margins.isEmpty ? nil : margins.reduce(0, +) / Double(margins.count)
    }
}

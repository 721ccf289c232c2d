import LinearProbes
public import Transformers

/// Follows a behaviour through the states of a model that is trained, by a classifier of the model as it was at the start.
public struct BehaviourGuard: Sendable {
    private let passes: BehaviourPasses
    private let judge: BehaviourJudge
    private let start: Decoder

    /// Fits the classifier to a model.
    ///
    /// - Parameters:
    ///   - model: the model as training starts.
    ///   - prompts: both labels in both splits.
    ///   - openings: those of the refusal margin; nil for none.
    ///   - l2: the classifier's penalty.
    ///   - packTokens: tokens that are computed together.
    ///   - workers: packs that are computed at a time.
    nonisolated(nonsending) public init(
        of model: Decoder, on prompts: [BehaviourPrompt], openings: OpeningTokens?, l2: Double = 1,
        packTokens: Int, workers: Int
    ) async throws(RobustnessError) {
        try prompts.requireBothKinds()
        passes = BehaviourPasses(prompts, openings: openings, model: model, packTokens: packTokens)
        let found = await passes.reading(
            of: model, resuming: 0, passes.packs.map { model.stream(entering: $0.rows) }, workers: workers)
        judge = BehaviourJudge(prompts, found, l2: l2)
        start = model
    }

    /// What is seen of the behaviour in a state of the model.
    nonisolated(nonsending) public func outcome(of model: Decoder, workers: Int) async -> BehaviourOutcome {
        judge.outcome(
            await passes.reading(
                of: model, resuming: 0, passes.packs.map { model.stream(entering: $0.rows) },
                workers: workers))
    }

    /// The Frobenius norm of each module's change of weights since the start, by path.
    public func changes(of model: Decoder) -> [String: Double] { model.weightChanges(from: start) }
}

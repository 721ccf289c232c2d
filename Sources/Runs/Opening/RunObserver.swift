public import Training

/// Who watches a run: is told what it decides and how far it is, and may ask it to stop. The default is silent.
public struct RunObserver: Sendable {
    /// Takes a sentence about what was decided or found, which need not be shown.
    public var remark: @Sendable (String) -> Void = { _ in }
    /// Takes a sentence that must be shown: what was left out, cut or ended early.
    public var warn: @Sendable (String) -> Void = { _ in }
    /// Is told that work on `total` items begins.
    public var work: @Sendable (_ name: String, _ total: Int) -> WorkProgress = { _, _ in WorkProgress() }
    /// Is told that a training of `steps` steps begins, or goes on after some.
    public var training: @Sendable (_ steps: Int, _ done: Int) -> StepProgress = { _, _ in StepProgress() }
    /// Is told what a training came to.
    public var trained: @Sendable (TrainingOutcome) throws -> Void = { _ in }
    /// Whether the run is to stop: a training then ends after a checkpoint.
    public var isStopped: @Sendable () -> Bool = { false }
    /// Is told whether the run looks at ``isStopped`` often, so that a request to stop need not end the process.
    public var willLook: @Sendable (Bool) -> Void = { _ in }

    /// An observer that says nothing and never stops a run.
    public init() {}
}

/// How far a piece of work is.
public struct WorkProgress {
    /// Takes what was finished since the last call.
    public var advance: (_ items: Int, _ tokens: Int) -> Void
    /// Is told that all is done.
    public var finish: (_ supervisedTokens: Int?) -> Void

    /// By default nobody is told.
    public init(
        advance: @escaping (_ items: Int, _ tokens: Int) -> Void = { _, _ in },
        finish: @escaping (_ supervisedTokens: Int?) -> Void = { _ in }
    ) {
        (self.advance, self.finish) = (advance, finish)
    }
}

/// How far a training is.
public struct StepProgress {
    /// Takes the metrics of a step.
    public var advance: (MetricsLine) -> Void
    /// Is told that all steps are taken.
    public var finish: (_ seconds: Double) -> Void

    /// By default nobody is told.
    public init(
        advance: @escaping (MetricsLine) -> Void = { _ in },
        finish: @escaping (_ seconds: Double) -> Void = { _ in }
    ) {
        (self.advance, self.finish) = (advance, finish)
    }
}

import Runs
import Training

extension RunOptions {
    /// Shows what a run says: remarks and progress unless --quiet, warnings always; and hands on requests to stop.
    var observer: RunObserver {
        var observer = RunObserver()
        observer.remark = { remark($0) }
        observer.warn = { standardError($0) }
        observer.work = { name, total in
            let report = ProgressReport(name, total: total, self)
            return WorkProgress(
                advance: { report.advance(examples: $0, tokens: $1) },
                finish: { report.finish(supervisedTokens: $0) })
        }
        observer.training = { steps, done in
            let progress = TrainingProgress(steps: steps, done: done, self)
            return StepProgress(
                advance: { progress.advance($0) }, finish: { progress.finish(seconds: $0) })
        }
        observer.trained = { try sayOutcome($0, self) }
        observer.isStopped = { Interruption.isAsked }
        observer.willLook = { $0 ? Interruption.keep() : Interruption.keepNothing() }
        return observer
    }
}

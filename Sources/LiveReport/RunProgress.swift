import Foundation
import Reports
import Runs
import Training

/// How far a run is.
struct RunProgress {
    enum State: Equatable { case running, finished, stopped }

    let state: State
    /// The last step that was taken, and the planned number of steps.
    let step, steps: Int
    /// Tokens a second and seconds a step, over the last twenty steps; nil before the first.
    let tokensPerSecond, secondsPerStep: Double?

    /// - Parameters:
    ///   - lines: the metrics of the steps so far.
    ///   - isActive: whether somebody trains.
    init(folder: String, _ record: RunRecord, _ lines: [MetricsLine], isActive: Bool) {
        let recent = lines.suffix(20)
        let seconds = recent.reduce(0) { $0 + $1.seconds }
        step = lines.last?.step ?? 0
        steps = record.settings.maxSteps
        tokensPerSecond = seconds > 0 ? Double(recent.reduce(0) { $0 + $1.tokens }) / seconds : nil
        secondsPerStep = recent.isEmpty ? nil : seconds / Double(recent.count)
        let isFinished = FileManager.default.fileExists(atPath: "\(folder)/final")
        state = isFinished ? .finished : isActive ? .running : .stopped
    }

    /// What a person wants to know first.
    func sentence(folder: String) -> String {
        switch state {
        case .finished: return "This run is finished: \(step) steps. What it made is in `\(folder)/final`."
        case .stopped:
            return
                "This run is stopped after step \(step) of \(steps). `sft-probe train --resume \(folder)` goes on."
        case .running:
            guard let secondsPerStep, let tokensPerSecond else {
                return "This run has begun; its first step of \(steps) is not taken yet."
            }
            return "Step \(step) of \(steps), \(significant(tokensPerSecond)) tokens a second, "
                + "\(duration(Double(steps - step) * secondsPerStep)) left (without evaluations)."
        }
    }
}

/// A time as a person says it.
func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0 else { return "–" }
    let whole = Int(min(seconds, 1e9).rounded())
    switch whole {
    case ..<100: return "\(whole) s"
    case ..<6000: return "\((whole + 30) / 60) min"
    default: return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }
}

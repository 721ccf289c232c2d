import Foundation
import HeadActivation
import Training

/// When telemetry goes to the disk between checkpoints, for those who look on: every few seconds, and never for more than a
/// fiftieth of the time.
struct TelemetryPace {
    private var (written, seconds) = (Date.distantPast, 0.0)

    /// Whether enough time has passed.
    var isDue: Bool { Date().timeIntervalSince(written) > max(2, 50 * seconds) }

    /// Notes that it was tried, from a time on.
    mutating func note(since start: Date) {
        written = Date()
        seconds = written.timeIntervalSince(start)
    }
}

extension TrainingRun {
    /// Shows the telemetry so far to those who look on. What cannot be written now is written later.
    mutating func showTelemetry() {
        guard plan.probe.every > 0, trainer.step % plan.probe.every == 0, pace.isDue else { return }
        let start = Date()
        try? patterns.write(telemetry, task: telemetryTask, waiting: 0)
        pace.note(since: start)
    }
}

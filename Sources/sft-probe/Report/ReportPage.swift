import Foundation
import HeadActivation
import Reports
import Runs
import Statistics

/// One self-contained page about a file of measurements.
struct ReportPage {
    /// A selection from a pool to show.
    struct Selection {
        let target, pool: String
        let count: Int
    }

    let file: String
    let task, runFolder: String?
    let compositions: [CompositionRequest]
    let selections: [Selection]
    let probeFile, robustnessFile, languageFile: String?
    let refusals: [(name: String, path: String)]
    let rate: Double
    let resamples, seed: Int

    /// - Parameters:
    ///   - task: the only task to show; nil: all.
    ///   - runFolder: the folder of the training run to show; nil: that of the file, if it is a run.
    ///   - probeFile: probes to show beside the heads of the first task.
    ///   - robustnessFile: robustness of modules to show.
    ///   - languageFile: subspaces of languages to show.
    ///   - refusals: states of the model whose refusals stand in one table.
    ///   - rate: the false discovery rate at which changed heads are listed.
    init(
        of file: String, task: String? = nil, runFolder: String? = nil,
        compositions: [CompositionRequest] = [], selections: [Selection] = [],
        probeFile: String? = nil, robustnessFile: String? = nil, languageFile: String? = nil,
        refusals: [(name: String, path: String)] = [], rate: Double = 0.05,
        resamples: Int = 1000, seed: Int = 0
    ) {
        (self.file, self.task, self.runFolder) = (file, task, runFolder)
        (self.compositions, self.selections) = (compositions, selections)
        (self.probeFile, self.robustnessFile, self.refusals) = (probeFile, robustnessFile, refusals)
        self.languageFile = languageFile
        (self.rate, self.resamples, self.seed) = (rate, resamples, seed)
    }

    /// Writes the page, and says what is in it.
    func write(to output: String) throws -> String {
        let probes = try probeFile.map(probeRecord)
        let robustness =
            try (robustnessFile.map { try robustnessSection(at: $0) } ?? []) + refusalSection(refusals)
            + (languageFile.map { try languageSection(at: $0) } ?? [])
        let source = PatternFile(file)
        let digests = try PatternDigest.all(in: source, task: task, resamples: resamples, seed: seed)
        let folder = runFolder ?? URL(filePath: file).deletingLastPathComponent().path
        let (steps, recorded, unread) = recordedSteps(source, folder)
        let training =
            try remedySection(of: folder) + trainingSection(of: folder, recorded)
            + (recorded?.telemetry.drift.map(driftSection) ?? []) + robustness
            + (recorded.flatMap { recorded in steps.map { telemetrySection(recorded, $0) } } ?? []) + unread
        let (changes, refused) = try changes(of: source, tasks(of: digests))
        let page = patternReport(
            digests, changes: changes,
            results: training + changeSection(changes) + refused, resultData: steps.map { [$0.data] } ?? [],
            analysis: try analysis(of: source)
                + (probes.map { try probeSection($0, of: probeFile ?? "", beside: digests, seed: seed) } ?? []),
            file: file, resamples: resamples)
        try writeWhole(Data(page.html.utf8), to: output)
        return
            "\(output): \(digests.count) measurement\(digests.count == 1 ? "" : "s"). Open it in a browser."
    }

    /// The telemetry of the file, or else of the run; where it cannot be read, the page says so.
    private func recordedSteps(
        _ source: PatternFile, _ folder: String
    ) -> (states: HeadStates?, telemetry: RunTelemetry?, unread: [PageBlock]) {
        let isRun = FileManager.default.fileExists(atPath: "\(folder)/run.json")
        do throws(PatternError) {
            var recorded = try RunTelemetry(in: source)
            if recorded == nil, isRun {
                recorded = try RunTelemetry(in: PatternFile("\(folder)/patterns.h5"))
            }
            return (recorded?.states, recorded, [])
        } catch {
            return (nil, nil, [.note("The heads while training are not shown: \(error)")])
        }
    }

    /// What changed in each task; a task whose checkpoints were not measured alike is left out, and the page says so.
    private func changes(of source: PatternFile, _ names: [String]) throws -> ([TaskChange], [PageBlock]) {
        var (changes, refused): ([TaskChange], [PageBlock]) = ([], [])
        let source = try PatternReader(source)
        for name in names {
            do throws(PatternError) {
                let change = try TaskChange(
                    name, in: source, allowMismatch: false, resamples: resamples, seed: seed, rate: rate,
                    rankIntervals: false)
                changes += change.map { [$0] } ?? []
            } catch {
                guard case .mismatch(let mismatch) = error else { throw error }
                refused.append(.note("Not compared: \(mismatch)."))
            }
        }
        return (TaskChange.decided(changes), refused)
    }

    /// The sections that compare measurements. What was not measured alike is not compared, and the page says so.
    private func analysis(of source: PatternFile) throws -> [PageBlock] {
        var blocks: [PageBlock] = []
        func add(_ section: () throws -> [PageBlock]) throws {
            do {
                blocks += try section()
            } catch PatternError.mismatch(let mismatch) {
                blocks.append(.note("Not compared: \(mismatch)."))
            }
        }
        if task == nil {
            try add {
                let found = try taskComparisons(
                    in: source, checkpoint: nil, measure: .pearson, allowMismatch: false,
                    resamples: resamples,
                    seed: seed)
                return similaritySection(found)
            }
        }
        for request in compositions {
            try add { compositionSection(try ComposedTask(request, in: source)) }
        }
        for selection in selections {
            try add {
                selectionSection(
                    try MeasuredPool(
                        at: selection.pool, in: source, target: selection.target, count: selection.count),
                    target: selection.target,
                    count: selection.count, seed: seed)
            }
        }
        return blocks
    }
}

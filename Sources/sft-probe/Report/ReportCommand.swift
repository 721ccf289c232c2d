import ArgumentParser
import Files
import Foundation
import HeadActivation
import Reports

/// `report`: one self-contained page about a file of measurements.
struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Write a self-contained HTML report of a file of measurements.",
        discussion: """
            The page needs no network and no other file. It shows statistics, changes between checkpoints, similarities of \
            tasks and the curves of a training run; with --compose, compositions of tasks; with --select, selections from \
            a pool.

            Example: sft-probe report patterns.h5 --output report.html --compose sgsm=gsm8k,code
            """)

    @Argument(help: "The HDF5 file of measurements, as `attribute` or `train` writes it.") var file: String
    @Option(help: "HTML file to write.") var output = "report.html"
    @Option(help: "Only this task (default: all tasks).") var task: String?
    @Option(
        name: .customLong("run"),
        help: "Folder of the training run to show (default: the folder of the file, if it is a run).")
    var runFolder: String?
    @Option(help: "Composition to show, as target=basic,basic; may be repeated (default: none).")
    var compose: [String] = []
    @Option(
        help: "Control tasks of the compositions, separated by commas (default: all other tasks of the file)."
    )
    var controls: String?
    @Option(
        help: "Selection from a pool to show, as target=POOL.jsonl:COUNT; may be repeated (default: none).")
    var select: [String] = []
    @Option(
        name: .customLong("probes"),
        help:
            "Probes to show beside the heads of --task or the first task, as `probe --output` writes them (default: none)."
    )
    var probeFile: String?
    @Option(help: "False discovery rate (Benjamini-Hochberg) at which changed heads are listed.") var rate =
        0.05
    @Option(help: "Bootstrap resamples (over examples) for the intervals.") var resamples = 1000
    @Option(help: "Random seed.") var seed = 0

    func validate() throws {
        try requireResamples(resamples)
        guard rate > 0, rate < 1 else {
            throw ValidationError("--rate is \(rate), but must lie between 0 and 1.")
        }
        for text in compose where request(text) == nil {
            throw ValidationError(
                "--compose is \(text), but must look like target=basic,basic, each task once and none of --controls."
            )
        }
        for text in select where selection(text) == nil {
            throw ValidationError(
                "--select is \(text), but must look like target=POOL.jsonl:COUNT, with a count above zero.")
        }
    }

    func run() throws {
        let pools = self.select.compactMap(selection).map { NamedPath("--select", $0.1) }
        try prepare(
            outputs: named("--output", output),
            reading: named("the measurements", file) + pools + named("--probes", probeFile))
        let probes = try probeFile.map(probeRecord)
        let source = PatternFile(file)
        let digests = try PatternDigest.all(in: source, task: task, resamples: resamples, seed: seed)
        let folder = runFolder ?? URL(filePath: file).deletingLastPathComponent().path
        let training = try remedySection(of: folder) + trainingSection(of: folder)
        let (changes, refused) = try changes(of: source, tasks(of: digests))
        let page = patternReport(
            digests, changes: changes,
            analysis: try training + changeSection(changes) + refused
                + analysis(of: source)
                + (probes.map { try probeSection($0, of: probeFile ?? "", beside: digests, seed: seed) } ?? []),
            file: file, resamples: resamples)
        try writeWhole(Data(page.html.utf8), to: output)
        print(
            "\(output): \(digests.count) measurement\(digests.count == 1 ? "" : "s"). Open it in a browser.")
    }

    private func request(_ text: String) -> CompositionRequest? {
        guard let place = text.firstIndex(of: "=") else { return nil }
        let target = String(text[..<place])
        let basics = text[text.index(after: place)...].split(separator: ",").map(String.init)
        let others = controls.map(taskNames)
        let names = [target] + basics + (others ?? [])
        guard !basics.isEmpty, !target.isEmpty, Set(names).count == names.count else { return nil }
        return CompositionRequest(
            target: target, basics: basics, controls: others, resamples: resamples, seed: seed)
    }

    private func selection(_ text: String) -> (target: String, pool: String, count: Int)? {
        guard let equals = text.firstIndex(of: "="), let colon = text.lastIndex(of: ":"), equals < colon,
            let count = Int(text[text.index(after: colon)...]), count > 0
        else { return nil }
        let (target, pool) = (text[..<equals], text[text.index(after: equals)..<colon])
        return target.isEmpty || pool.isEmpty ? nil : (String(target), String(pool), count)
    }

    /// What changed in each task; a task whose checkpoints were not measured alike is left out, and the page says so.
    private func changes(of source: PatternFile, _ names: [String]) throws -> ([TaskChange], [Block]) {
        var (changes, refused): ([TaskChange], [Block]) = ([], [])
        for name in names {
            do throws(PatternError) {
                let change = try TaskChange(
                    name, in: source, allowMismatch: false, resamples: resamples, seed: seed, rate: rate)
                changes += change.map { [$0] } ?? []
            } catch {
                guard case .mismatch(let mismatch) = error else { throw error }
                refused.append(.note("Not compared: \(mismatch)."))
            }
        }
        return (TaskChange.decided(changes), refused)
    }

    /// The sections that compare measurements. What was not measured alike is not compared, and the page says so.
    private func analysis(of source: PatternFile) throws -> [Block] {
        var blocks: [Block] = []
        func add(_ section: () throws -> [Block]) throws {
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
        for request in compose.compactMap(request) {
            try add { compositionSection(try ComposedTask(request, in: source)) }
        }
        for (target, path, count) in select.compactMap(selection) {
            try add {
                selectionSection(
                    try MeasuredPool(at: path, in: source, target: target, count: count), target: target,
                    count: count, seed: seed)
            }
        }
        return blocks
    }
}

/// An output that could not be made.
struct CannotCreate: Error, Equatable, CustomStringConvertible {
    let path: String
    let reason: String
    var description: String { "\(path) could not be written: \(reason) Give another --output." }
}

import ArgumentParser
import Files
import Foundation

/// `report`: one self-contained page about a file of measurements.
struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Write a self-contained HTML report of a file of measurements.",
        discussion: """
            The page needs no network and no other file. It shows statistics, changes between checkpoints, similarities of \
            tasks and the curves of a training run; with --compose, compositions of tasks; with --select, selections from \
            a pool. Where the data file is as it was, the page also holds the beginnings of its examples, for those who look \
            at what drives a head: think of it before you share one.

            Example: sft-probe report patterns.h5 --output report.html --compose sgsm=gsm8k,code
            """)

    @Argument(
        help:
            "The HDF5 file of measurements, as `attribute` or `train` writes it; or the folder of a training run.",
        completion: .file())
    var file: String
    @Option(help: "HTML file to write.", completion: .file()) var output = "report.html"
    @Option(help: "Only this task (default: all tasks).") var task: String?
    @Option(
        name: .customLong("run"),
        help: "Folder of the training run to show (default: the folder of the file, if it is a run).",
        completion: .directory)
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
            "Probes to show beside the heads of --task or the first task, as `probe --output` writes them (default: none).",
        completion: .file()
    )
    var probeFile: String?
    @Option(
        name: .customLong("robustness"),
        help: "Robustness of modules to show, as `robustness measure` writes it (default: none).",
        completion: .file())
    var robustnessFile: String?
    @Option(
        help:
            "Refusals of a model's state to show in one table, as NAME=FILE of `refusals --output`; may be repeated, the first is compared with (default: none).",
        completion: .file())
    var refusals: [String] = []
    @Option(
        name: .customLong("languages"),
        help: "Subspaces of languages to show, as `languages probe` writes them (default: none).",
        completion: .file())
    var languageFile: String?
    @Option(help: "False discovery rate (Benjamini-Hochberg) at which changed heads are listed.") var rate =
        0.05
    @Option(help: "Bootstrap resamples (over examples) for the intervals.") var resamples = 1000
    @Option(help: "Random seed.") var seed = 0
    @OptionGroup(title: "General") var config: ConfigOption

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
        for text in refusals where refusalFile(text) == nil {
            throw ValidationError("--refusals is \(text), but must look like NAME=FILE.")
        }
        for text in select where selection(text) == nil {
            throw ValidationError(
                "--select is \(text), but must look like target=POOL.jsonl:COUNT, with a count above zero.")
        }
    }

    func run() throws {
        let file = measurements(in: file)
        let pools = select.compactMap(selection).map { NamedPath("--select", $0.pool) }
        try prepare(
            outputs: named("--output", output),
            reading: named("the measurements", file) + pools + named("--probes", probeFile)
                + named("--robustness", robustnessFile) + named("--languages", languageFile)
                + refusals.compactMap(refusalFile).map { NamedPath("--refusals", $0.path) })
        let page = ReportPage(
            of: file, task: task, runFolder: runFolder, compositions: compose.compactMap(request),
            selections: select.compactMap(selection), probeFile: probeFile, robustnessFile: robustnessFile,
            languageFile: languageFile, refusals: refusals.compactMap(refusalFile), rate: rate,
            resamples: resamples,
            seed: seed)
        print(try page.write(to: output))
    }

    /// The file of measurements in a run's folder; any other path itself.
    private func measurements(in path: String) -> String {
        FileManager.default.fileExists(atPath: "\(path)/run.json") ? "\(path)/patterns.h5" : path
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

    private func refusalFile(_ text: String) -> (name: String, path: String)? {
        guard let place = text.firstIndex(of: "=") else { return nil }
        let (name, path) = (text[..<place], text[text.index(after: place)...])
        return name.isEmpty || path.isEmpty ? nil : (String(name), String(path))
    }

    private func selection(_ text: String) -> ReportPage.Selection? {
        guard let equals = text.firstIndex(of: "="), let colon = text.lastIndex(of: ":"), equals < colon,
            let count = Int(text[text.index(after: colon)...]), count > 0
        else { return nil }
        let (target, pool) = (text[..<equals], text[text.index(after: equals)..<colon])
        return target.isEmpty || pool.isEmpty
            ? nil : ReportPage.Selection(target: String(target), pool: String(pool), count: count)
    }
}

import ArgumentParser

/// `robustness`: which modules carry a behaviour, and rates that protect it.
struct RobustnessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "robustness",
        abstract:
            "Find the modules that carry a behaviour, and training rates that protect it (ML-LR, SWAT).",
        subcommands: [RobustnessMeasure.self, RobustnessSearch.self])
}

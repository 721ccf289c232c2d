import ArgumentParser

/// The flag of every command that takes further flags from a file. The file is read before the flags are; see `ConfigFile`.
struct ConfigOption: ParsableArguments {
    @Option(
        help:
            "File with flags of this command (YAML, or run.json of a run of train): keys are long names, such as batch-size: 8. Flags of the command line win; paths count from the working folder (default: none).",
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var config: String?
}

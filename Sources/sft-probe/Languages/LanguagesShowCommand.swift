import ArgumentParser
import LanguageSubspaces

/// `languages show`
struct LanguagesShow: ParsableCommand, TableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show how well languages separate at each layer, and how they lie to each other.",
        discussion: "Example: sft-probe languages show subspaces.safetensors")

    @Argument(help: "Subspaces, as `languages probe` writes them.", completion: .file()) var subspaces: String
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup(title: "General") var tables: TableOptions
    @OptionGroup(title: "General") var config: ConfigOption

    func run() throws {
        let found = try Subspaces(path: subspaces)
        print(json ? try jsonText(SubspacesJSON(found)) : subspacesText(found))
    }
}

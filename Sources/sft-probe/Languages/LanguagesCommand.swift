import ArgumentParser
import LanguageSubspaces

/// `languages`: what tells languages apart inside a model, and training that brings them nearer.
struct LanguagesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "languages",
        abstract:
            "Find what languages share in a model's states and what tells them apart, and bring one nearer (Lens).",
        subcommands: [
            LanguagesProbe.self, LanguagesShow.self, LanguagesTrain.self, LanguagesEvaluate.self,
            LanguagesHeads.self,
        ])
}

/// The places that a flag lists: all, final, or numbers; nil: all.
func subspacePlaces(_ list: String, layers: Int? = nil) throws -> [SubspacePlace]? {
    if list == "all" { return nil }
    let parts = list.split(separator: ",")
    let places = parts.compactMap { SubspacePlace($0) }
    guard places.count == parts.count, !places.isEmpty else {
        throw ValidationError(
            "--layers is \(list), but must be all, final, or numbers with commas such as 0,9,final.")
    }
    for case .layer(let layer) in places {
        if let layers, layer > layers {
            throw ValidationError(
                "--layers names \(layer), but the model has \(layers) layers: 0 to \(layers).")
        }
    }
    return Set(places).sorted()
}

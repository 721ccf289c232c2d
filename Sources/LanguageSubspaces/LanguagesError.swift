public import ModelFiles

/// Why languages cannot be told apart, or brought nearer, in a model.
public enum LanguagesError: Error, Equatable, CustomStringConvertible {
    /// Fewer than two languages.
    case oneLanguage([String])
    /// The central language is not among those that there are.
    case noCentral(String, found: [String])
    /// A language has fewer than two texts.
    case tooFew(language: String, texts: Int)
    /// The rank is not one that so many languages have.
    case rank(Int, languages: Int)
    /// The languages' means span less than the rank.
    case alike(place: String, rank: Int)
    /// The model's states are not finite, or no decomposition of them was found.
    case notFinite(place: String)
    /// A file of subspaces is not one, or not of this model.
    case subspaces(path: String, reason: String)
    /// A file of subspaces could not be read or written.
    case file(ModelFileError)

    /// One sentence for the user, without a stop.
    public var description: String {
        switch self {
        case .oneLanguage(let found):
            "the texts are of \(found.isEmpty ? "no language" : "one language, \(found[0]),") and what tells languages apart needs two or "
                + "more: give records of each with \"lang\""
        case .noCentral(let central, let found):
            "the central language \(central) is not among the languages of the texts, \(found.joined(separator: ", ")); add texts "
                + "of it, or name another by --central"
        case .tooFew(let language, let texts):
            "the language \(language) has \(texts) text, but its spread needs two or more; add some, or leave it out"
        case .rank(let rank, let languages):
            "the rank is \(rank), but \(languages) languages have means that differ in at most \(languages - 1) directions; give 1 to "
                + "\(languages - 1)"
        case .alike(let place, let rank):
            "at \(place) the languages' means differ in fewer than \(rank) directions; give texts that differ, leave a language out, or "
                + "give a smaller --rank"
        case .notFinite(let place):
            "the states at \(place) are not finite; check the model's weights with `sft-probe verify`"
        case .subspaces(let path, let reason): "\(path): \(reason)"
        case .file(let error): "\(error)"
        }
    }
}

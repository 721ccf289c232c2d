/// Why an index of facts could not be built or searched.
public enum KnowledgeError: Error, Equatable, CustomStringConvertible {
    /// There is no such file.
    case missing(path: String)
    /// The file is no index of facts, or one of another version.
    case notAnIndex(path: String, found: String)
    /// No fact is left after all filters.
    case empty(path: String, reason: String)
    /// The index and the encoder do not belong together.
    case otherEncoder(path: String, expected: String, found: String)
    /// The database failed.
    case database(path: String, reason: String)

    /// One sentence for the user.
    public var description: String {
        switch self {
        case .missing(let path): "\(path): there is no such file; make one with `sft-probe knowledge build`."
        case .notAnIndex(let path, let found):
            "\(path): expected an index of facts that `sft-probe knowledge build` made, found \(found)."
        case .empty(let path, let reason): "\(path): no fact is left: \(reason)."
        case .otherEncoder(let path, let expected, let found):
            "\(path) has vectors of \(expected), and the encoder is \(found); give the one it was built with, or build "
                + "it again."
        case .database(let path, let reason): "\(path): the database failed: \(reason)."
        }
    }
}

public import HDF5

/// Why measurements could not be read or written.
public enum PatternError: Error, Equatable, Sendable {
    /// The file itself could not be read or written.
    case file(HDF5Error)
    /// An HDF5 file that is not ours, or of a version that we do not know.
    case notPatterns(path: String, found: String)
    /// A task or checkpoint whose name cannot stand in a file.
    case badName(kind: String, name: String, reason: String)
    /// The measurement is there already.
    case present(path: String, task: String, checkpoint: String)
    /// The measurement is not there.
    case absent(path: String, task: String, checkpoint: String, held: [String])
    /// A measurement that was not finished or whose parts do not fit together.
    case damaged(path: String, task: String, checkpoint: String, reason: String)
    /// A score or loss that is not a finite number.
    case notFinite(example: String, what: String)
    /// Shards that do not make a whole.
    case cannotJoin(task: String, checkpoint: String, reason: String)
    /// Measurements that were not made alike.
    case mismatch(Mismatch)
    /// An analysis that what is there does not suffice for.
    case insufficient(String)
}

extension PatternError: CustomStringConvertible {
    /// A sentence with the facts and what to do.
    public var description: String {
        switch self {
        case .file(let error): error.description
        case .notPatterns(let path, let found):
            "\(path) is an HDF5 file but not one of measurements: expected the root attributes "
                + "format = \"sft-probe/patterns\" and format_version = 1, found \(found); give another file."
        case .badName(let kind, let name, let reason):
            "The \(kind) name \(name.debugDescription) cannot be used: \(reason); choose another."
        case .present(let path, let task, let checkpoint):
            "\(path) already holds a measurement of \(task) at \(checkpoint)."
        case .absent(let path, let task, let checkpoint, let held):
            "\(path) holds no measurement of \(task) at \(checkpoint); it holds "
                + (held.isEmpty ? "none at all." : held.joined(separator: ", ") + ".")
        case .damaged(let path, let task, let checkpoint, let reason):
            "\(path): the measurement of \(task) at \(checkpoint) cannot be used: \(reason); measure it again."
        case .notFinite(let example, let what):
            "The \(what) of the example \(example.debugDescription) is not a finite number; "
                + "look at that example, or measure in fp32."
        case .cannotJoin(let task, let checkpoint, let reason):
            "The measurements of \(task) at \(checkpoint) cannot be joined: \(reason); give one whole measurement, or "
                + "every shard once and measured alike."
        case .mismatch(let mismatch) where mismatch.trait == .shape:
            "\(mismatch), so their heads cannot be compared; give measurements of one model."
        case .mismatch(let mismatch):
            "\(mismatch), so what differs between their patterns may come from that; measure alike, or "
                + "compare all the same."
        case .insufficient(let reason): reason
        }
    }
}

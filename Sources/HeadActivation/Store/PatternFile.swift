import HDF5

/// A file of measurements, one group `/<task>/<checkpoint>` for each.
///
/// docs/hdf5.md has its datasets, their dimensions and attributes; a test compares that page with files.
public struct PatternFile: Sendable, Equatable {
    /// Where the file is, or will be.
    public let path: String

    /// Names a file; nothing is read or written yet.
    public init(_ path: String) { self.path = path }

    static let format = "sft-probe/patterns"
    static let formatVersion = 1

    func requireOurs(_ file: borrowing HDF5File) throws(PatternError) {
        let (format, version) = try inFile { () throws(HDF5Error) in
            (try file.attribute("format"), try file.attribute("format_version"))
        }
        if format == .string(Self.format), version == .int(Self.formatVersion) { return }
        throw .notPatterns(
            path: path, found: "format = \(written(format)), format_version = \(written(version))")
    }
}

/// Does what concerns the file, with its errors as ours.
func inFile<Result: ~Copyable>(_ body: () throws(HDF5Error) -> Result) throws(PatternError) -> Result {
    do throws(HDF5Error) {
        return try body()
    } catch {
        throw .file(error)
    }
}

/// An attribute as a reader would write it.
private func written(_ value: HDF5Attribute?) -> String {
    switch value {
    case .string(let text): text.debugDescription
    case .int(let number): "\(number)"
    case .double(let number): "\(number)"
    case .bool(let truth): "\(truth)"
    case nil: "none"
    }
}

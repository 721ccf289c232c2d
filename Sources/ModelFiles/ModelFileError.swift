public import Files
import Kernels

/// Why the files of a model could not be read or written.
public enum ModelFileError: Error, Equatable, CustomStringConvertible {
    /// Nothing is at this path.
    case missing(path: String, advice: String)
    /// The system refused to read, for the reason it gives.
    case unreadable(path: String, reason: String)
    /// The bytes are not what the format allows; `place` is a part of the file or a tensor.
    case malformed(path: String, place: String, expected: String, found: String)
    /// The file is in order, but holds something that is not read here.
    case unsupported(path: String, place: String, found: String, supported: [String])
    /// The system refused to write, for the reason it gives; what was at the path before is still there.
    case unwritable(path: String, reason: String)
    /// The output cannot be written, for what its path is or for want of room.
    case file(FileError)
    /// A number is too large for the type that it was to be written in; nothing was changed.
    case unrepresentable(path: String, tensor: String, value: Float, type: String)

    /// One sentence for the user.
    public var description: String {
        switch self {
        case .missing(let path, let advice):
            "\(path) does not exist; \(advice)."
        case .unreadable(let path, let reason):
            "\(path) could not be read: \(reason)."
        case .malformed(let path, let place, let expected, let found):
            "\(path), \(place): expected \(expected), found \(found); the file is damaged or incomplete, fetch it again."
        case .unsupported(let path, let place, let found, let supported):
            "\(path), \(place): \(found) is not supported; use one of: \(supported.joined(separator: ", "))."
        case .unwritable(let path, let reason):
            "\(path) could not be written: \(reason); nothing was changed."
        case .file(let error): error.description
        case .unrepresentable(let path, let tensor, let value, let type):
            "\(path), tensor \(tensor): \(value) is too large for \(type); write bf16 or f32 instead."
        }
    }
}

extension ModelFileError {
    /// The same in the words of this target.
    init(_ error: FileError) {
        self =
            if case .unwritable(let path, let reason) = error {
                .unwritable(path: path, reason: reason)
            } else {
                .file(error)
            }
    }
}

/// Maps a file, and says what failed in the words of this target.
func map(_ path: String, ifMissing advice: String = "check the path") throws(ModelFileError) -> MappedFile {
    do {
        return try MappedFile(path: path)
    } catch {
        switch error {
        case .missing(let path): throw .missing(path: path, advice: advice)
        case .notAFile(let path): throw .unreadable(path: path, reason: "it is not a regular file")
        case .unreadable(let path, let reason): throw .unreadable(path: path, reason: reason)
        }
    }
}

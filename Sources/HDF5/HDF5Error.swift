public import Files

/// Why an HDF5 file could not be read or written.
public enum HDF5Error: Error, Equatable, Sendable {
    /// There is no file at the path.
    case missing(path: String)
    /// What is at the path is not an HDF5 file.
    case notHDF5(path: String, found: String)
    /// The file has no object of that name.
    case absent(path: String, object: String)
    /// The object is there, and is not what was asked for.
    case unexpected(path: String, object: String, expected: String, found: String)
    /// Another process has been writing the file for the whole time we waited.
    case busy(path: String, waited: Double)
    /// Another program has the file open for writing.
    case openElsewhere(path: String)
    /// The system refused; `reason` is its own wording.
    case failed(path: String, task: String, reason: String)
    /// The library refused, because of what the file holds; `reason` is its own wording.
    case damaged(path: String, task: String, reason: String)
    /// The output cannot be written, for what its path is or for want of room.
    case file(FileError)
}

extension HDF5Error: CustomStringConvertible {
    /// A sentence with the facts and what to do.
    public var description: String {
        switch self {
        case .missing(let path):
            "\(path) does not exist; check the path."
        case .notHDF5(let path, let found):
            "\(path) is not an HDF5 file: expected the HDF5 signature in its first 8 bytes, found \(found)."
        case .absent(let path, let object):
            "\(path) holds no \(object); list what it holds with `h5ls -r`."
        case .unexpected(let path, let object, let expected, let found):
            "\(path): \(object) should be \(expected), but is \(found)."
        case .busy(let path, let waited):
            "\(path) is being written by \(holderNamed(in: lockFile(of: path))) and was not free within \(waited) s; "
                + "run the command again when that one has finished."
        case .openElsewhere(let path):
            "\(path) is open for writing in another program (h5py, a viewer); close it there and run the command again."
        case .failed(let path, let task, let reason):
            "\(path): could not \(task): \(reason)."
        case .damaged(let path, let task, let reason):
            "\(path): could not \(task): \(reason); the file is damaged, or not of a kind that is read here."
        case .file(let error): error.description
        }
    }
}

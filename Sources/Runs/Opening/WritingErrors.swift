import Files
import Foundation
import ModelFiles
import Records

extension ModelFileError {
    /// What stopped the writing of a file in a folder.
    init(_ error: any Error, at path: String) {
        self =
            switch error {
            case let error as ModelFileError: error
            case let error as FileError: .file(error)
            case RecordError.file(let error): .file(error)
            case let error where isFull(error): .file(.full(path: path, free: freeBytes(at: path)))
            case RecordError.unwritable(_, let reason): .unwritable(path: path, reason: reason)
            default: .unwritable(path: path, reason: error.localizedDescription)
            }
    }
}

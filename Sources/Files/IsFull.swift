import Foundation

/// Whether what a call of Foundation failed of is a full disk.
public func isFull(_ error: any Error) -> Bool {
    if case FileError.full? = error as? FileError { return true }
    let error = error as NSError
    if error.domain == NSPOSIXErrorDomain { return [Int(ENOSPC), Int(EDQUOT)].contains(error.code) }
    if error.domain == NSCocoaErrorDomain, error.code == CocoaError.fileWriteOutOfSpace.rawValue {
        return true
    }
    return (error.userInfo[NSUnderlyingErrorKey] as? any Error).map(isFull) ?? false
}

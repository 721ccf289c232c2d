import CDigest
public import Foundation

/// The SHA-256 of some bytes, 64 hexadecimal digits.
public func sha256(of data: some DataProtocol) -> String {
    var hash = SHA256()
    hash.update(data)
    return hash.finish()
}

/// The SHA-256 of a file, 64 hexadecimal digits; the file is read a megabyte at a time.
public func sha256(ofFile path: String) throws(HubError) -> String {
    do {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? file.close() }
        var hash = SHA256()
        while let bytes = try file.read(upToCount: 1 << 20), !bytes.isEmpty { hash.update(bytes) }
        return hash.finish()
    } catch {
        throw .unreadable(path: path, reason: reason(error))
    }
}

/// A hash that is fed piece by piece.
private struct SHA256 {
    private var state = sha256()

    init() { unsafe sha256_begin(&state) }

    mutating func update(_ bytes: some DataProtocol) {
        for region in bytes.regions {
            unsafe region.withUnsafeBytes { unsafe sha256_update(&state, $0.baseAddress, $0.count) }
        }
    }

    mutating func finish() -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        unsafe sha256_finish(&state, &digest)
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

/// What the system says, without Foundation's wrapping where it is known.
func reason(_ error: any Error) -> String {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    return (underlying ?? (error as NSError)).localizedDescription
}

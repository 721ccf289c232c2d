import CDigest
import Foundation

/// The SHA-256 of a text in base 64, as a page's security policy names a script.
func base64SHA256(of text: String) -> String {
    var (state, digest) = (sha256(), [UInt8](repeating: 0, count: 32))
    let bytes = Array(text.utf8)
    unsafe sha256_begin(&state)
    unsafe sha256_update(&state, bytes, bytes.count)
    unsafe sha256_finish(&state, &digest)
    return Data(digest).base64EncodedString()
}

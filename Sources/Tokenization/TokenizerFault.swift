import Synchronization

/// The first text that a tokenizer of this process could not handle as its file asks: an expression that gave up, or a
/// text that grew without end. Its ids are then not those of the reference, and must not be used.
///
/// Encoding itself does not throw, for with the files of real models it cannot fail; so whoever encodes looks here before
/// the ids count.
public enum TokenizerFault {
    /// A place for a fault.
    final class Note: Sendable {
        let fault = Mutex<TokenizerError?>(nil)
    }

    /// One place for the whole process; a test may have its own.
    @TaskLocal static var noted = Note()

    /// The first fault; nil where all went well.
    public static var first: TokenizerError? { noted.fault.withLock { $0 } }

    static func note(_ component: String, _ reason: String) {
        noted.fault.withLock { $0 = $0 ?? .failed(component: component, reason: reason) }
    }
}

/// How long a text may become: far more than any real normalizer makes of one, and little enough to hold.
func longestText(from count: Int) -> Int { 64 * count + 1 << 20 }

import Synchronization

/// Whom to tell what was decided on the way, such as to write without a lock; nobody until a program says so.
public enum HDF5Remarks {
    private static let state = Mutex<(tell: (@Sendable (String) -> Void)?, said: Set<String>)>((nil, []))

    /// Has remarks told by this function, each once.
    public static func tell(_ function: @escaping @Sendable (String) -> Void) {
        state.withLock { $0.tell = function }
    }

    static func say(_ remark: String) {
        let tell = state.withLock { $0.said.insert(remark).inserted ? $0.tell : nil }
        tell?(remark)
    }
}

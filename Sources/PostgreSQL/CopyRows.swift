/// Rows on their way into a table, in the text format of COPY.
public struct CopyRows: Sendable {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true

    /// Adds a text to the row; nil is a null. It must not hold the zero character.
    public mutating func add(_ text: String?) {
        separate()
        guard let text else { return bytes.append(contentsOf: "\\N".utf8) }
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
            case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
            case UInt8(ascii: "\r"): bytes.append(contentsOf: "\\r".utf8)
            case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
            default: bytes.append(byte)
            }
        }
    }

    /// Adds a number to the row.
    public mutating func add(_ number: Int) {
        separate()
        bytes.append(contentsOf: "\(number)".utf8)
    }

    /// Ends the row.
    public mutating func end() {
        bytes.append(UInt8(ascii: "\n"))
        isFirst = true
    }

    mutating func forget() { bytes.removeAll(keepingCapacity: true) }

    private mutating func separate() {
        if !isFirst { bytes.append(UInt8(ascii: "\t")) }
        isFirst = false
    }
}

/// Why a text is not JSON, or not the JSON that was expected.
public struct JSONError: Error, Equatable {
    /// A clause: "expected ',' or '}'".
    public let reason: String
    /// The byte of the text at which it shows, from 0.
    public let position: Int
    /// The line of that byte, from 1.
    public let line: Int
}

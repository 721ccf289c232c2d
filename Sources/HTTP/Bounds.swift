/// What a server may take of us before it is given up.
public struct Bounds: Sendable {
    /// The most bytes of a body; nil where they go to a file of known size.
    public var bytes: Int?
    /// The most seconds from the request to the end of the body; nil where a body may take any time.
    public var seconds: Double?
    /// The most redirections.
    public var redirections: Int
    /// Whether a redirection to another scheme, host or port is followed, without the `Authorization`. Where keys or texts
    /// of the user are sent it must not be.
    public var followsOtherOrigins: Bool

    /// Bounds of an exchange.
    public init(bytes: Int?, seconds: Double?, redirections: Int = 5, followsOtherOrigins: Bool) {
        (self.bytes, self.seconds) = (bytes, seconds)
        (self.redirections, self.followsOtherOrigins) = (redirections, followsOtherOrigins)
    }
}

/// How an exchange with a server ended.
public enum ExchangeOutcome<Failure: Error>: Sendable {
    case complete
    /// The connection broke or was never made.
    case broken(reason: String)
    /// Broken, and would be again: an address that is none, or a certificate that is not trusted.
    case impossible(reason: String)
    /// No whole answer came in time.
    case late
    /// The body is longer than its bound.
    case tooLong(bound: Int)
    /// It leads, by this status, to another place that must not be followed.
    case redirected(to: String, status: Int)
    case cancelled
    /// The receiver of the bytes could not take them.
    case failed(Failure)
}

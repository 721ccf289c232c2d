public import Records

/// Something that writes text when asked: an endpoint, the model itself, or a file of earlier replies.
public protocol Teacher: Sendable {
    /// What examples say they were made by, and what its replies are kept under.
    var name: String { get }
    /// The reply to a conversation.
    func reply(to request: TeacherRequest) async throws(TeacherError) -> String
    /// The same with what the teacher could have said instead, where it says so.
    func answer(to request: TeacherRequest) async throws(TeacherError) -> TeacherAnswer
}

extension Teacher {
    /// The reply alone: most teachers do not say what they could have said instead.
    public func answer(to request: TeacherRequest) async throws(TeacherError) -> TeacherAnswer {
        TeacherAnswer(text: try await reply(to: request))
    }
}

/// What a teacher said, and what it could have said instead.
public struct TeacherAnswer: Sendable, Equatable {
    /// The reply.
    public let text: String
    /// log p, in nats, of the tokens that could have stood where the answer begins, what the teacher thought before left
    /// out; nil where it is not known.
    public let alternatives: [String: Double]?

    /// An answer.
    public init(text: String, alternatives: [String: Double]? = nil) {
        (self.text, self.alternatives) = (text, alternatives)
    }
}

/// What a teacher is asked. Equal requests have equal replies in a cache.
public struct TeacherRequest: Sendable, Hashable, Codable {
    /// The conversation so far.
    public let messages: [Message]
    /// The temperature of what is drawn.
    public let temperature: Double
    /// The most tokens of the reply.
    public let maxTokens: Int
    /// The seed of what is drawn.
    public let seed: Int

    /// A request.
    public init(_ messages: [Message], temperature: Double, maxTokens: Int, seed: Int) {
        (self.messages, self.temperature) = (messages, temperature)
        (self.maxTokens, self.seed) = (maxTokens, seed)
    }
}

/// Why there is no reply.
public enum TeacherError: Error, Equatable, CustomStringConvertible {
    /// What was given is no address of an endpoint; nil where it cannot be shown, as it has a password.
    case address(String?)
    /// A key or a request that cannot be sent.
    case setting(String)
    /// The endpoint refuses, and would again.
    case refused(url: String, status: Int, message: String)
    /// No connection to the endpoint can be made, now or later: its certificate is not trusted, say.
    case unusable(url: String, reason: String)
    /// The endpoint could not be reached, or answered nothing of use, several times in a row.
    case unavailable(url: String, reason: String)
    /// The cost reached its cap.
    case budget(spent: Double, cap: Double)
    /// A file of replies has none for a request.
    case notRecorded(path: String)
    /// A line of a file of replies is no reply.
    case malformed(path: String, line: Int)
    /// A file of replies cannot be read or written.
    case file(path: String, reason: String)
    /// The model itself cannot take the request.
    case model(String)

    /// One sentence for the user.
    public var description: String {
        switch self {
        case .address(let shown):
            "The endpoint is \(shown ?? "an address with a password"), but must be an address such as "
                + "https://api.openai.com/v1."
        case .setting(let reason): reason
        case .refused(let url, let status, let message):
            "\(url) answered \(status): \(message); check the address, the key and the model's name."
        case .unusable(let url, let reason):
            "\(url) cannot be asked (\(reason)); check the address; SSL_CERT_FILE names a file of certificates to trust."
        case .unavailable(let url, let reason): "\(url): \(reason)."
        case .budget(let spent, let cap): "The teacher has cost \(spent), and the cap is \(cap)."
        case .notRecorded(let path): "\(path) has no reply for a request."
        case .malformed(let path, let line): "\(path), line \(line): expected a reply of a teacher."
        case .file(let path, let reason): "\(path): \(reason)."
        case .model(let reason): "The model as teacher: \(reason)."
        }
    }
}

/// A behaviour that a training run follows.
public struct GuardPlan: Codable, Sendable, Equatable {
    /// The file of prompts, with label and split.
    public var data: String
    /// The file of openings for the refusal margin, or `usual`.
    public var openings: String
    /// Whether prompts that are strings are what a user says.
    public var asChat: Bool

    enum CodingKeys: String, CodingKey {
        case data = "guard"
        case openings = "guard_openings"
        case asChat = "guard_chat"
    }

    /// A behaviour to follow.
    public init(data: String, openings: String = "usual", asChat: Bool = false) {
        (self.data, self.openings, self.asChat) = (data, openings, asChat)
    }
}

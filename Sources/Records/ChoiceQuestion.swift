public import JSON

/// A question with candidate answers, one of which is right, as a line of a file gives it.
public struct ChoiceQuestion: Hashable, Sendable {
    /// What comes before the answer.
    public enum Prompt: Hashable, Sendable {
        /// Plain text, which the option follows as it stands.
        case text(String)
        /// Turns for the model's chat template; the option is the assistant's answer.
        case conversation([Message])
    }

    /// The record's own `id`, or its line number.
    public let id: String

    /// The record's `task`, if it has one.
    public let task: String?

    /// The record's `lang`, if it has one.
    public let language: String?

    /// The line in the file, counted from 1.
    public let line: Int

    /// What comes before the answer.
    public let prompt: Prompt

    /// The candidates, at least two and none empty.
    public let options: [String]

    /// The index of the right one.
    public let answer: Int

    /// What the chat template sees besides the messages.
    public let variables: [JSONValue.Member]

    /// A question.
    public init(
        id: String, task: String? = nil, language: String? = nil, line: Int, prompt: Prompt,
        options: [String], answer: Int,
        variables: [JSONValue.Member] = []
    ) {
        self.variables = variables
        self.id = id
        self.task = task
        self.language = language
        self.line = line
        self.prompt = prompt
        self.options = options
        self.answer = answer
    }
}

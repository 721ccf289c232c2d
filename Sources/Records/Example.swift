public import JSON

/// One training or measuring example, as a line of a file gives it.
public struct Example: Hashable, Sendable {
    /// The record's own `id`, or its line number.
    public let id: String

    /// The record's `task`, if it has one.
    public let task: String?

    /// The line in the file, counted from 1.
    public let line: Int

    /// What is read and what is learned.
    public let content: Content

    /// What a method that compares wants beside it.
    public let contrast: Contrast

    /// What the chat template sees besides the messages: `tools`, `documents`, the members of `chat_template_kwargs`.
    public let variables: [JSONValue.Member]

    /// An example.
    public init(
        id: String, task: String? = nil, line: Int, content: Content, contrast: Contrast = Contrast(),
        variables: [JSONValue.Member] = []
    ) {
        self.variables = variables
        self.id = id
        self.task = task
        self.line = line
        self.content = content
        self.contrast = contrast
    }
}

/// What an example with plain prompt and completion may be held against.
public struct Contrast: Hashable, Sendable {
    /// `counterfactual_prompt`: a prompt that differs where it matters, as long as the example's own in tokens.
    public let prompt: String?
    /// `other_completion`: another answer to the example's prompt.
    public let completion: String?

    /// A contrast.
    public init(prompt: String? = nil, completion: String? = nil) {
        (self.prompt, self.completion) = (prompt, completion)
    }
}

/// The shapes that examples come in.
public enum Content: Hashable, Sendable {
    /// A prompt and its answer as plain strings; only the answer is supervised.
    case promptCompletion(prompt: String, completion: String)

    /// Turns for the model's chat template. The assistant's turns from index `supervisedFrom` on are
    /// supervised: 0 for messages, ShareGPT, alpaca and question/answer, the number of prompt turns for prompt/completion lists.
    case conversation([Message], supervisedFrom: Int)

    /// Plain text, all of it supervised.
    case text(String)

    /// What was answered: the completion, or what was said last; a text has no answer.
    public var answer: String? {
        switch self {
        case .promptCompletion(_, let completion): completion
        case .conversation(let messages, _): messages.last?.content
        case .text: nil
        }
    }
}

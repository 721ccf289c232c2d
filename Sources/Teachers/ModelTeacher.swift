import Kernels
public import Records
public import Transformers

/// The model itself as teacher.
public struct ModelTeacher: Teacher {
    /// What examples say they were made by.
    public let name: String
    private let model: Decoder
    private let tokens: @Sendable ([Message]) throws -> [Int32]
    private let text: @Sendable ([Int32]) -> String
    private let ends: Set<Int32>

    /// A model that speaks.
    ///
    /// - Parameters:
    ///   - name: what examples say they were made by, and what replies are kept under.
    ///   - model: the model that answers.
    ///   - ends: tokens that end a turn.
    ///   - tokens: a conversation up to where the assistant begins to speak.
    ///   - text: what new tokens say.
    public init(
        name: String, model: Decoder, ends: Set<Int32>,
        tokens: @escaping @Sendable ([Message]) throws -> [Int32],
        text: @escaping @Sendable ([Int32]) -> String
    ) {
        (self.name, self.model, self.ends, self.tokens, self.text) = (name, model, ends, tokens, text)
    }

    /// The reply to a conversation.
    public func reply(to request: TeacherRequest) async throws(TeacherError) -> String {
        let prompt: [Int32]
        do {
            prompt = try tokens(request.messages)
        } catch {
            throw .model("\(error)")
        }
        guard prompt.count < model.contextLength else {
            throw .model("a request has \(prompt.count) tokens, and its context is \(model.contextLength)")
        }
        if request.temperature == 0 {
            return text(model.greedy(prompt, limit: request.maxTokens, ends: ends))
        }
        var generators = [SeededGenerator(seed: request.seed)]
        return text(
            model.sample(
                [prompt], limit: request.maxTokens, ends: ends, temperature: Float(request.temperature),
                topP: 0.95,
                using: &generators)[0])
    }
}

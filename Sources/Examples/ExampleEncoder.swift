import JSON
import ChatTemplates
import Records
import Tokenization
import Transformers

/// Turns single records into tokens.
struct ExampleEncoder {
    let tokenizer: Tokenizer
    private let renderer: Result<ConversationRenderer, ConversationError>

    init(_ tokenizer: Tokenizer, now: Moment) {
        self.tokenizer = tokenizer
        renderer = Result { () throws(ConversationError) in try ConversationRenderer(tokenizer, now: now) }
    }

    /// An example's tokens and their marks.
    struct Tokens {
        var ids: [Int32]
        var supervised: [Bool]
        var isMerged = false
        var hadBeginning = false
    }

    /// All tokens of an example, however many, and their marks; none are marked where the answer is empty.
    func tokens(of example: Example) throws(Unusable) -> Tokens {
        switch example.content {
        case .promptCompletion(let prompt, let completion):
            let both = TextWithAnswer(prompt, completion, ended: !completion.isEmpty, tokenizer)
            let marks = both.ids.indices.map { !completion.isEmpty && $0 >= both.answer }
            return Tokens(
                ids: both.ids, supervised: marks, isMerged: !completion.isEmpty && both.isMerged,
                hadBeginning: both.hadBeginning)
        case .text(let text):
            if text.isEmpty { return Tokens(ids: [], supervised: []) }
            let all = TextWithAnswer("", text, ended: true, tokenizer)
            return Tokens(
                ids: all.ids, supervised: all.ids.map { _ in true }, hadBeginning: all.hadBeginning)
        case .conversation(let messages, let first):
            return try tokens(of: messages, first, example.variables)
        }
    }

    private func tokens(
        of messages: [Message], _ first: Int, _ variables: [JSONValue.Member]
    ) throws(Unusable) -> Tokens {
        do throws(ConversationError) {
            let tokens = try renderer.get().tokens(
                of: messages, variables: variables, supervisedFrom: first, tokenizer)
            return Tokens(ids: tokens.ids, supervised: tokens.supervised, isMerged: tokens.isMerged)
        } catch { throw .conversation(error) }
    }

    /// How many tokens a conversation has.
    private func length(of messages: [Message], _ variables: [JSONValue.Member]) throws(Unusable) -> Int {
        do throws(ConversationError) {
            let text = try renderer.get().text(messages, variables: variables, addGenerationPrompt: false)
            return tokenizer.encode(text, addSpecialTokens: false).count
        } catch { throw .conversation(error) }
    }

    /// An example that fits the context.
    func encode(
        _ example: Example, contextLength: Int, vocabulary: Int
    ) throws(Unusable) -> EncodedExample {
        var tokens = try tokens(of: example)
        guard tokens.supervised.contains(true), tokens.ids.count > 1 else {
            throw .reason(example.whyNothingIsLearned)
        }
        if let reason = strangeToken(in: tokens.ids, vocabulary) { throw .reason(reason) }
        let length = tokens.ids.count
        var answersCut = 0
        if length > contextLength, case .conversation(let messages, let first) = example.content {
            var rest = ConversationRest(messages, supervisedFrom: first)
            while let shorter = rest.withoutFirstQuestion() {
                rest = shorter
                if try self.length(of: rest.messages, example.variables) <= contextLength { break }
            }
            if rest.messages.count < messages.count {
                tokens = try self.tokens(of: rest.messages, rest.first, example.variables)
            }
            answersCut = rest.answersCut
        }
        guard let first = tokens.supervised.firstIndex(of: true) else {
            throw .reason(
                "the answers that are learned were cut away to fit the model's context of \(contextLength)")
        }
        let cut = max(0, tokens.ids.count - contextLength)
        guard cut == 0 || cut < first else {
            throw .reason(
                "the answer alone has \(tokens.ids.count - first) tokens, and the model's context is "
                    + "\(contextLength)")
        }
        return EncodedExample(
            id: example.id, line: example.line,
            sequence: TokenSequence(
                ids: Array(tokens.ids[cut...]), supervised: Array(tokens.supervised[cut...])),
            cut: length - tokens.ids.count + cut, answersCut: answersCut, isMerged: tokens.isMerged,
            hadBeginning: tokens.hadBeginning)
    }
}

/// What is left of a conversation that loses its first questions.
struct ConversationRest {
    let messages: [Message]
    /// The first message whose turn is learned.
    let first: Int
    /// The answers that were to be learned and are gone.
    let answersCut: Int

    init(_ messages: [Message], supervisedFrom first: Int) {
        self.init(messages: messages, first: first, answersCut: 0)
    }

    private init(messages: [Message], first: Int, answersCut: Int) {
        (self.messages, self.first, self.answersCut) = (messages, first, answersCut)
    }

    /// The conversation from its second question on, after the system's turn if it begins with one; nil if it has one
    /// question only, or the next one is among what is learned.
    func withoutFirstQuestion() -> ConversationRest? {
        let kept = messages.prefix { ["system", "developer"].contains($0.role) }.count
        guard let question = messages[kept...].firstIndex(where: { $0.role == "user" }),
            let next = messages[(question + 1)...].firstIndex(where: { $0.role == "user" }),
            messages[next...].contains(where: { $0.role == "assistant" }), first == 0 || next < first
        else { return nil }
        let gone = (kept..<next).count {
            messages[$0].role == "assistant" && messages[$0].isLearned && $0 >= first
        }
        return ConversationRest(
            messages: Array(messages[..<kept] + messages[next...]), first: max(0, first - (next - kept)),
            answersCut: answersCut + gone)
    }
}

extension Example {
    /// Why there is no token to supervise.
    fileprivate var whyNothingIsLearned: String {
        guard case .conversation(let messages, let first) = content else {
            return "its answer is empty, so there is no token to supervise"
        }
        let answers = messages[first...].filter { $0.role == "assistant" }
        if answers.isEmpty {
            var roles: [String] = []
            for message in messages where !roles.contains(message.role) { roles.append(message.role) }
            return "it has no turn of the assistant to learn; its roles are \(roles.joined(separator: ", "))"
        }
        return answers.contains(where: \.isLearned)
            ? "its answer is empty, so there is no token to supervise"
            : "all its answers have the weight 0, so there is no token to supervise"
    }
}

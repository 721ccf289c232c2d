import Foundation

/// The tokens of a reply with what could have stood in their places, as servers write them: `logprobs` of a choice.
struct AnswerTokens: Decodable {
    /// A token's text, and log p of the tokens that the server lists for its place.
    struct Place: Equatable {
        let token: String
        let alternatives: [String: Double]
    }

    let places: [Place]

    private enum Key: String, CodingKey {
        case content, tokens
        case topLogProbabilities = "top_logprobs"
        case logProbabilities = "token_logprobs"
    }

    /// A token of a chat completion.
    private struct Token: Decodable {
        let token: String
        let logprob: Double?
        let others: [Token]?

        private enum CodingKeys: String, CodingKey {
            case token, logprob
            case others = "top_logprobs"
        }

        var place: Place {
            let all = (others ?? []) + [self]
            let pairs = all.compactMap { token in token.logprob.map { (token.token, $0) } }
            return Place(token: token, alternatives: Dictionary(pairs) { first, _ in first })
        }
    }

    /// Reads the form of chat completions, a list of objects, or that of text completions, lists side by side.
    init(from decoder: any Decoder) throws {
        let body = try decoder.container(keyedBy: Key.self)
        if let content = try? body.decode([Token].self, forKey: .content) {
            places = content.map(\.place)
            return
        }
        let tokens = try body.decode([String].self, forKey: .tokens)
        let own = (try? body.decode([Double?].self, forKey: .logProbabilities)) ?? []
        let others = (try? body.decode([[String: Double]?].self, forKey: .topLogProbabilities)) ?? []
        places = tokens.enumerated().map { index, token in
            var alternatives = index < others.count ? others[index] ?? [:] : [:]
            if index < own.count, let log = own[index] { alternatives[token] = log }
            return Place(token: token, alternatives: alternatives)
        }
    }

    /// log p of what could have stood where the answer in a reply begins: in the place of the token that has its first
    /// letter, thinking left out; nil where the tokens are not those of the reply.
    func alternatives(in reply: String) -> [String: Double]? {
        let answer = withoutThinking(reply).drop { !$0.isLetter }
        let text = places.map(\.token).joined()
        guard !answer.isEmpty, let place = text.range(of: answer, options: [.backwards, .literal]) else {
            return nil
        }
        let before = text[..<place.lowerBound].utf8.count
        var end = 0
        for place in places {
            end += place.token.utf8.count
            if end > before { return place.alternatives.isEmpty ? nil : place.alternatives }
        }
        return nil
    }
}

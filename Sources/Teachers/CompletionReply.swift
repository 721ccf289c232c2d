import Foundation

/// What a server answered to a request for a completion.
struct CompletionReply: Decodable {
    /// What the assistant said: the content, or the text parts of it; nil where there is no text.
    let text: String?
    /// Its tokens, where the server lists them.
    let tokens: AnswerTokens?
    /// Whether there is a completion, with or without text.
    let isCompletion: Bool
    /// The tokens of request and reply, where the server counts them.
    let inputTokens, outputTokens: Int?
    /// The server's words about an error, where it gives any.
    let error: String?

    /// The reply in a body, where it is JSON, with or without the NaN that some servers write; else nil.
    static func read(_ body: Data) -> CompletionReply? {
        if let reply = try? JSONDecoder().decode(CompletionReply.self, from: body) { return reply }
        guard body.contains(UInt8(ascii: "N")) || body.contains(UInt8(ascii: "I")) else { return nil }
        let text = String(decoding: body, as: UTF8.self).replacing(#/:\s*-?(NaN|Infinity)\b/#, with: ": null")
        return try? JSONDecoder().decode(CompletionReply.self, from: Data(text.utf8))
    }

    private enum Key: String, CodingKey {
        case choices, usage, error, message, detail, content, refusal, text, type, logprobs, prompt_tokens,
            completion_tokens
    }

    init(from decoder: any Decoder) throws {
        let body = try decoder.container(keyedBy: Key.self)
        var choices = try? body.nestedUnkeyedContainer(forKey: .choices)
        let choice = try? choices?.nestedContainer(keyedBy: Key.self)
        let message = try? choice?.nestedContainer(keyedBy: Key.self, forKey: .message)
        let continuation = try? choice?.decode(String.self, forKey: .text)
        isCompletion = message != nil || continuation != nil
        text = message.flatMap(Self.content) ?? continuation
        tokens = try? choice?.decode(AnswerTokens.self, forKey: .logprobs)
        let usage = try? body.nestedContainer(keyedBy: Key.self, forKey: .usage)
        func count(_ key: Key) -> Int? {
            (try? usage?.decode(Double.self, forKey: key)).flatMap {
                (0..<1e15).contains($0) ? Int($0.rounded()) : nil
            }
        }
        (inputTokens, outputTokens) = (count(.prompt_tokens), count(.completion_tokens))
        let problem = try? body.nestedContainer(keyedBy: Key.self, forKey: .error)
        error =
            [
                try? problem?.decode(String.self, forKey: .message),
                try? body.decode(String.self, forKey: .error),
                try? body.decode(String.self, forKey: .message),
                try? body.decode(String.self, forKey: .detail),
            ].compactMap(\.self).first
    }

    private struct Part: Decodable {
        let text: String?

        init(from decoder: any Decoder) throws {
            let part = try decoder.container(keyedBy: Key.self)
            let type = (try? part.decode(String.self, forKey: .type)) ?? "text"
            text =
                ["text", "output_text"].contains(type) ? try? part.decode(String.self, forKey: .text) : nil
        }
    }

    /// A message's content: a text, or the texts among its parts.
    private static func content(of message: KeyedDecodingContainer<Key>) -> String? {
        if let text = try? message.decode(String.self, forKey: .content) { return text }
        guard let parts = try? message.decode([Part].self, forKey: .content) else { return nil }
        return parts.compactMap(\.text).joined()
    }

    /// What a server said of its failure, uncut: a key that it repeats is in it whole.
    static func words(in body: Data) -> String {
        let said = try? JSONDecoder().decode(CompletionReply.self, from: body).error
        return said ?? String(decoding: body, as: UTF8.self)
    }
}

/// How long `Retry-After` says to wait, from when the answer was sent: seconds, or a date as HTTP writes it; at most ten
/// minutes.
///
/// - Parameter sent: the answer's own `Date`, so that clocks need not agree.
func pause(retryAfter: String?, sent: String?) -> Duration? {
    guard let retryAfter else { return nil }
    let seconds =
        Double(retryAfter)
        ?? httpDate(retryAfter).map { $0.timeIntervalSince(sent.flatMap(httpDate) ?? Date()) }
    return seconds.map { .seconds(min(max(0, $0), 600)) }
}

import Files
import Foundation
import HTTP
import Records
import Synchronization

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A model behind an endpoint that speaks OpenAI's protocol: `POST …/chat/completions`, or `…/completions` where the address
/// ends so: then the conversation is one text that the model continues.
///
/// Time-outs, broken connections, 408, 429, 5xx and answers that are no chat completion are tried again, with pauses that
/// double, or as long as `Retry-After` says. Fields that the server refuses are renamed or left out, which is said.
/// A completion without text, as of a model that thought up to its limit, is asked for once more and then taken for an
/// empty reply; its tokens are counted. Anything else is final.
public final class EndpointTeacher: Teacher {
    /// What tokens cost, and how much may be spent.
    public struct Price: Sendable {
        /// For a million tokens of requests, and of replies.
        public let input, output: Double
        /// Nothing more is asked once this much is spent.
        public let cap: Double

        /// A price.
        public init(input: Double, output: Double, cap: Double) {
            (self.input, self.output, self.cap) = (input, output, cap)
        }
    }

    /// The model's name at the endpoint.
    public let name: String
    private let url: URL
    private let continuesText: Bool
    private let key: String?
    private let price: Price?
    private let pause: Duration  // between the starts of requests
    private let firstDelay: Duration
    private let timeout: TimeInterval
    private let remark: @Sendable (String) -> Void
    private let state = Mutex(State())

    private struct State {
        var spent = 0.0
        var next = ContinuousClock.now
        var fields = CompletionFields()
    }

    private static let attempts = 6

    /// An endpoint.
    ///
    /// - Parameters:
    ///   - address: what comes before `/chat/completions`, as in `https://api.openai.com/v1`; or the whole address,
    ///     which may end in `/completions` alone.
    ///   - model: the model's name at the endpoint.
    ///   - key: sent as a bearer token, where there is one.
    ///   - price: what tokens cost, and how much may be spent; nil to count and limit nothing.
    ///   - requestsPerMinute: no more requests are started.
    ///   - timeout: seconds without an answer after which a request is tried again.
    ///   - firstDelay: the pause after the first failure.
    ///   - remark: hears which fields are renamed or left out.
    public init(
        address: String, model: String, key: String?, price: Price?, requestsPerMinute: Int = 600,
        timeout: Double = 120, firstDelay: Duration = .seconds(1),
        remark: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(TeacherError) {
        guard let url = URL(string: address), let scheme = url.scheme, ["http", "https"].contains(scheme),
            let host = url.host(), !host.isEmpty, (1...65_535).contains(url.port ?? 80)
        else {
            throw .address(address.contains("@") ? nil : address)
        }
        guard key?.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) ?? true else {
            throw .setting(
                "The key for \(url.shown) has a space, a line break or another character that keys do not have."
            )
        }
        let isWhole = url.path().hasSuffix("/completions")
        self.url = isWhole ? url : url.appending(path: "chat/completions")
        continuesText = isWhole && !url.path().hasSuffix("/chat/completions")
        (name, self.key, self.price) = (model, key.flatMap { $0.isEmpty ? nil : $0 }, price)
        (self.timeout, self.firstDelay) = (timeout, firstDelay)
        pause = .seconds(60) / max(1, requestsPerMinute)
        self.remark = remark
    }

    /// What the replies so far have cost.
    public var spent: Double { state.withLock { $0.spent } }

    /// The reply to a conversation.
    public func reply(to request: TeacherRequest) async throws(TeacherError) -> String {
        try await answer(to: request, wantsAlternatives: false).text
    }

    /// The reply with the log-probabilities of what it could have begun with; without them where the server refuses to say.
    public func answer(to request: TeacherRequest) async throws(TeacherError) -> TeacherAnswer {
        try await answer(to: request, wantsAlternatives: true)
    }

    private func answer(
        to request: TeacherRequest, wantsAlternatives: Bool
    ) async throws(TeacherError) -> TeacherAnswer {
        var (delay, attempt, silent) = (firstDelay, 1, 0)
        var reason = ""
        while attempt <= Self.attempts {
            if let price, spent >= price.cap { throw .budget(spent: spent, cap: price.cap) }
            try await waitForTurn()
            switch try await exchange(request, wantsAlternatives: wantsAlternatives) {
            case .reply(let answer): return answer
            case .otherFields: continue
            case .silence:
                silent += 1
                if silent == 2 { return TeacherAnswer(text: "") }
            case .again(let because, let after):
                reason = because
                attempt += 1
                guard attempt <= Self.attempts else { break }
                if let after, after > .seconds(10) {
                    remark("\(url.shown) asks to wait \(after.components.seconds) s")
                }
                try await sleep(max(delay, after ?? .zero))
                delay *= 2
            }
        }
        throw .unavailable(
            url: url.shown, reason: "\(Self.attempts) attempts failed, the last because \(reason)")
    }

    private enum Outcome {
        case reply(TeacherAnswer)
        case silence  // a completion without text
        case otherFields  // to be sent again, without what was refused
        case again(because: String, after: Duration?)
    }

    private func exchange(
        _ asked: TeacherRequest, wantsAlternatives: Bool
    ) async throws(TeacherError) -> Outcome {
        var request = URLRequest(url: url, timeoutInterval: 2 * timeout + 60)
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        if let key { request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization") }
        let fields = state.withLock { $0.fields }
        do {
            request.httpBody = try JSONEncoder().encode(
                CompletionRequest(
                    model: name, asked: asked, fields: fields, isText: continuesText,
                    wantsAlternatives: wantsAlternatives))
        } catch {
            throw .setting("A request cannot be written as JSON: \(error.localizedDescription).")
        }
        let answer: EndpointAnswer
        switch await EndpointAnswer.asked(request, within: timeout) {
        case .answer(let whole): answer = whole
        case .again(let because): return .again(because: because, after: nil)
        case .impossible(let because): throw .unusable(url: url.shown, reason: because)
        case .endless(let bound):
            throw .refused(url: url.shown, status: 200, message: "its answer is longer than \(bound) bytes")
        case .elsewhere(let place, let status):
            if URL(string: place)?.hasSameOrigin(as: url) ?? false {
                throw .refused(
                    url: url.shown, status: status, message: "it leads on and on, at last to \(said(place))")
            }
            throw .refused(
                url: url.shown, status: status,
                message:
                    "it leads to \(said(place)), where the key is not sent; give that address if it is to be trusted"
            )
        }
        let (data, status) = (answer.data, answer.status)
        func words() -> String { said(CompletionReply.words(in: data)) }
        if [408, 429].contains(status) || status >= 500 {
            let after = Teachers.pause(retryAfter: answer.retryAfter, sent: answer.date)
            return .again(because: "it answered \(status): \(words())", after: after)
        }
        guard (200...299).contains(status) else {
            if [400, 403, 422].contains(status),
                yield(fields, to: String(decoding: data.prefix(4000), as: UTF8.self))
            {
                return .otherFields
            }
            throw .refused(url: url.shown, status: status, message: words())
        }
        guard let reply = CompletionReply.read(data), reply.isCompletion
        else {
            return .again(because: "its answer is no completion: \(words())", after: nil)
        }
        pay(reply, asked)
        guard let text = reply.text, text.contains(where: { !$0.isWhitespace }) else { return .silence }
        return .reply(
            TeacherAnswer(text: hiding(secrets, in: text), alternatives: reply.tokens?.alternatives(in: text))
        )
    }

    /// Renames or leaves out the fields that a refusal names.
    ///
    /// - Parameter sent: the fields of the request that was refused; others may be in use by now.
    /// - Returns: whether the next request has other fields.
    private func yield(_ sent: CompletionFields, to refusal: String) -> Bool {
        let done: [String]? = state.withLock { state in
            guard state.fields == sent else { return [] }
            let done = state.fields.yield(to: refusal)
            return done.isEmpty ? nil : done
        }
        for what in done ?? [] { remark("\(url.shown) refuses a field: \(what)") }
        return done != nil
    }

    /// What nobody may get to see, should the server repeat it.
    private var secrets: [String?] {
        [key, url.password(percentEncoded: false), url.password(percentEncoded: true)]
    }

    /// The beginning of a server's words, fit for a terminal. What is hidden goes first, lest a part of it stays.
    private func said(_ words: String) -> String {
        String(hiding(secrets, in: words).onOneLine.prefix(300))
    }

    /// Counts what a reply cost; where the endpoint does not count tokens, four bytes are taken for one.
    private func pay(_ reply: CompletionReply, _ asked: TeacherRequest) {
        guard let price else { return }
        let input = reply.inputTokens ?? asked.messages.reduce(0) { $0 + $1.content.utf8.count } / 4
        let output = reply.outputTokens ?? reply.text.map { $0.utf8.count / 4 } ?? asked.maxTokens
        let cost = (Double(input) * price.input + Double(output) * price.output) / 1e6
        state.withLock { $0.spent += cost }
    }

    private func waitForTurn() async throws(TeacherError) {
        let turn = state.withLock { state in
            let turn = max(state.next, ContinuousClock.now)
            state.next = turn + pause
            return turn
        }
        try await sleep(turn - ContinuousClock.now)
    }

    private func sleep(_ duration: Duration) async throws(TeacherError) {
        guard duration > .zero else { return }
        do {
            try await Task.sleep(for: duration)
        } catch {
            throw .unavailable(url: url.shown, reason: "the run was stopped")
        }
    }
}

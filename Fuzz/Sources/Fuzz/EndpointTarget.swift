import Foundation

@testable import LaMerCurriculum
@testable import Teachers

/// What a teacher behind an endpoint answers: the body as a completion, as an error, and as the text of one; and its headers.
nonisolated(unsafe) let endpointTarget = Target(isText: true) { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    _ = CompletionReply.words(in: bytes)
    var fields = CompletionFields()
    _ = fields.yield(to: String(text.prefix(4000)))
    let (retry, date) = (
        text.split(separator: "\n").first.map(String.init), text.split(separator: "\n").last.map(String.init)
    )
    _ = pause(retryAfter: retry, sent: date)
    for reply in [CompletionReply.read(bytes)?.text, text].compactMap(\.self) {
        for problem in problems(in: reply) ?? [] { _ = finalAnswer(problem.answer) }
        _ = finalAnswer(reply)
    }
}

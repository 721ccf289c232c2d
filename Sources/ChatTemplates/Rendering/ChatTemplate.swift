public import JSON

/// The Jinja template that turns messages into the text a model was trained on.
///
/// It understands what chat templates use of Jinja 3.1 and renders as transformers does: `trim_blocks` and
/// `lstrip_blocks` on, `break` and `continue`, `tojson`, `raise_exception`, `strftime_now` and `{% generation %}`. What
/// it does not understand it refuses, when the template is read where that can be told.
public struct ChatTemplate: Sendable {
    private let body: [Statement]

    /// Reads a template.
    ///
    /// - Throws: `syntax` or `unsupported`, with the line.
    public init(_ source: String) throws(TemplateError) {
        body = try located(0) { _ in try TokenReader.template(Lexer.tokens(of: source)) }
    }

    /// The text of a conversation.
    ///
    /// - Parameters:
    ///   - messages: the turns, objects with `role` and `content` as a rule.
    ///   - addGenerationPrompt: whether the text ends where the assistant begins to speak.
    ///   - variables: what else the template sees, such as `bos_token`; `tools` and `documents` are none unless given.
    ///   - now: the moment for templates that print the date.
    /// - Throws: `raised` if the template refuses the conversation; `failed` where Jinja would fail; `exceeded` at
    ///   10 MB of text or some seconds of work.
    public func render(
        messages: [JSONValue], addGenerationPrompt: Bool, variables: [String: JSONValue] = [:],
        now: Moment? = nil
    ) throws(TemplateError) -> String {
        try rendering(
            messages: messages, addGenerationPrompt: addGenerationPrompt, variables: variables, now: now
        ).text
    }

    /// The text of a conversation, and where in it the assistant speaks.
    public func rendering(
        messages: [JSONValue], addGenerationPrompt: Bool, variables: [String: JSONValue] = [:],
        now: Moment? = nil
    ) throws(TemplateError) -> Rendering {
        var values: [(String, Value)] = [("tools", .none), ("documents", .none)]
        values += variables.map { ($0.key, Value($0.value)) }
        values.append(("messages", Value(.array(messages))))
        values.append(("add_generation_prompt", .bool(addGenerationPrompt)))
        let budget = Budget()
        var renderer = Renderer(values, now: now, budget)
        return try located(1) { line in
            defer {
                line = renderer.line
                renderer.forgetKept()
            }
            try Budget.$current.withValue(budget) { try renderer.render(body) }
            return Rendering(text: renderer.output, generated: renderer.generated)
        }
    }
}

/// What a template made of a conversation.
public struct Rendering: Equatable, Sendable {
    /// The text.
    public let text: String

    /// The parts inside `{% generation %}` blocks, as UTF-8 offsets into the text; empty if the template has none.
    public let generated: [Range<Int>]
}

/// Gives what goes wrong its line, which the body keeps up to date.
private func located<Result>(
    _ start: Int, _ body: (inout Int) throws -> Result
) throws(TemplateError) -> Result {
    var line = start
    do {
        return try body(&line)
    } catch let error as TemplateError {
        throw error
    } catch let complaint as Complaint {
        if complaint.isMissingFeature { throw .unsupported(line: line, construct: complaint.reason) }
        throw .failed(line: line, reason: complaint.reason)
    } catch let excess as Excess {
        throw .exceeded(line: line, limit: excess.limit)
    } catch { throw .failed(line: line, reason: "\(error)") }
}

import ChatTemplates
import JSON
import Testing

@Suite struct TemplateErrorTests {
    static let lines: [(template: String, TemplateError)] = [
        ("a\nb\n{% nonsense %}", .unsupported(line: 3, construct: "the tag 'nonsense'")),
        ("a\n{{ x | nonsense }}", .unsupported(line: 2, construct: "the filter 'nonsense'")),
        ("\n\n{{ x is nonsense }}", .unsupported(line: 3, construct: "the test 'nonsense'")),
        ("{# a\nb #}\n{{ 'x\ny' }}\n{{ ? }}", .syntax(line: 5, reason: "unexpected character '?'")),
        ("{% raw %}\n\n{% endraw %}{{ ) }}", .syntax(line: 3, reason: "unexpected ')'")),
        ("{% if x %}\n\n", .syntax(line: 1, reason: "'if' is not closed")),
        ("{%- if x -%}\n\n{% endfor %}", .syntax(line: 3, reason: "'endfor' closes nothing that is open")),
    ]

    @Test(arguments: lines)
    func namesTheLineOfTheTemplate(template: String, error: TemplateError) {
        #expect(throws: error) { try ChatTemplate(template) }
    }

    @Test func namesTheLineThatFailed() throws {
        let template = try ChatTemplate(
            "{% for m in messages %}\n{{ m.role }}\n{{ m.content.text.x }}\n{% endfor %}")
        #expect(throws: TemplateError.failed(line: 3, reason: "str has no attribute 'text'")) {
            try template.render(messages: [["role": "user", "content": "c"]], addGenerationPrompt: false)
        }
    }

    @Test func passesOnWhatTheTemplateSays() throws {
        let template = try ChatTemplate("{{ raise_exception('Roles must alternate') }}")
        let error = #expect(throws: TemplateError.raised(message: "Roles must alternate")) {
            try template.render(messages: [], addGenerationPrompt: false)
        }
        #expect(error?.description == "The chat template refuses this conversation: Roles must alternate")
    }

    @Test func asksForTheMomentOnlyWhenItIsNeeded() throws {
        let template = try ChatTemplate("{% if messages %}{{ strftime_now('%Y') }}{% endif %}")
        #expect(try template.render(messages: [], addGenerationPrompt: false) == "")
        #expect(
            throws: TemplateError.failed(
                line: 1, reason: "the template asks for the date; give the moment to render for")
        ) {
            try template.render(messages: ["x"], addGenerationPrompt: false)
        }
    }

    static let moments: [(seconds: Int, offset: Int, text: String)] = [
        (0, 0, "1970-01-01 00:00:00 Thursday"), (951_782_399, 0, "2000-02-28 23:59:59 Monday"),
        (951_868_800, 0, "2000-03-01 00:00:00 Wednesday"), (4_107_542_400, 0, "2100-03-01 00:00:00 Monday"),
        (1_735_689_599, 1, "2025-01-01 00:00:00 Wednesday"), (-1, 0, "1969-12-31 23:59:59 Wednesday"),
        (-2_203_891_200, 0, "1900-03-01 00:00:00 Thursday"),
    ]

    @Test(arguments: moments)
    func tellsTheDate(seconds: Int, offset: Int, text: String) throws {
        let template = try ChatTemplate("{{ strftime_now('%Y-%m-%d %H:%M:%S %A') }}")
        let now = Moment(secondsSince1970: seconds, secondsFromGMT: offset)
        #expect(try template.render(messages: [], addGenerationPrompt: false, now: now) == text)
    }
}

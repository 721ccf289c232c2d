import Examples
import Testing
import Tokenization

/// The tokens that end an answer.
@Suite struct EndOfTurnTests {
    /// Letters, a sign between turns, and two tokens that may end: `<end>`, the tokenizer's own, and `<turn>`.
    private func tokenizer(_ template: String?) throws -> Tokenizer {
        let letters = "abcdefghijklmnopqrstuvwxyz-Ġ".map(String.init)
        return try Tokenizer(
            Vocabulary(
                tokens: letters + ["<end>", "<turn>"], kinds: letters.map { _ in 1 } + [3, 3], merges: [],
                splitter: "smollm", beginning: nil, end: 28, addsBeginning: false, addsEnd: false,
                chatTemplate: template, source: "test"))
    }

    @Test(
        arguments: [
            (nil, [28]),
            // The template's own end, whatever the tokenizer's is.
            ("{% for m in messages %}{{ m.role }} {{ m.content }}<turn>{% endfor %}", [28, 29]),
            ("{% for m in messages %}{{ m.role }} {{ m.content }} <turn> {% endfor %}", [28, 29]),
            ("{% for m in messages %}{{ m.role }} {{ m.content }}<end>{% endfor %}", [28]),
            // Something else stands between, or nothing follows.
            ("{% for m in messages %}{{ m.content }} by <turn>{% endfor %}", [28]),
            ("{% for m in messages %}<turn>{{ m.content }}{% endfor %}", [28]),
            // The template refuses an assistant's turn.
            (
                "{% for m in messages %}{% if m.role != 'user' %}{{ raise_exception('no') }}{% endif %}{% endfor %}",
                [28]
            ),
        ] as [(String?, [Int32])])
    func theTemplatesEndIsOne(_ template: String?, _ ends: [Int32]) throws {
        #expect(try tokenizer(template).ends(named: []).sorted() == ends)
    }

    @Test func thoseOfTheFilesAreToo() throws {
        #expect(try tokenizer(nil).ends(named: [3, 28]).sorted() == [3, 28])
        let answers = try AnswerTokenizer(try tokenizer(nil), ends: [1, 2])
        #expect(answers.ends == [1, 2])
        #expect(try AnswerTokenizer(try tokenizer(nil)).ends == [28])
    }
}

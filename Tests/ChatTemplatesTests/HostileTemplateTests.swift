import ChatTemplates
import Testing

@Suite struct HostileTemplateTests {
    static let x = String(repeating: "x", count: 1000)
    static func times(_ count: Int, _ text: String) -> String { String(repeating: text, count: count) }

    /// Templates that would take all memory, all time or the whole stack.
    static let endless: [String] = [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% for a in range(99999) %}{{ '\(x)' }}{% endfor %}",
        "{{ 'x' * 1000000000000 }}",
        "{{ [1] * 1000000000000 }}",
        "{{ 'ab' * 4611686018427387904 }}",
        "{% set ns = namespace(s='x') %}{% for i in range(100) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
        "{% set ns = namespace(s='x') %}{% for i in range(100) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
        "{% set ns = namespace(s=[1]) %}{% for i in range(100) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
        "{% set ns = namespace(s='x') %}{% for i in range(100) %}{% set ns.s = ns.s.replace('x', 'xxxxxxxxxx') %}{% endfor %}",
        "{% set ns = namespace(s='x') %}{% for i in range(100) %}{% set ns.s = [ns.s, ns.s] | join(ns.s) %}{% endfor %}",
        "{% set ns = namespace(s='x') %}{% for i in range(100) %}{% set ns.s = '%s%s' % (ns.s, ns.s) %}{% endfor %}",
        "{% set ns = namespace(s=[]) %}{% for i in range(99999) %}{% set ns.s = [ns.s] %}{% endfor %}{{ ns.s }}",
        "{% set ns = namespace(s={}) %}{% for i in range(99999) %}{% set ns.s = {'a': ns.s} %}{% endfor %}{{ ns.s }}",
        "{% set ns = namespace(s=[1]) %}{% for i in range(99999) %}{% set ns.s = ns.s | batch(1) | list %}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m(x) %}{{ m([x]) }}{% endmacro %}{{ m(1) }}",
        "{% macro a() %}{% call b() %}{{ caller() }}{% endcall %}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}",
        "{% set s = 'ab' * 4000000 %}{% for i in range(99999) %}{{ s | length }}{{ s | upper | length }}{% endfor %}",
        "{% set s = 'ab' * 4000000 %}{% for i in range(99999) %}{% if 'abb' in s %}{% endif %}{% endfor %}",
        "{{ '' | center(100000000000) }}",
        "{{ 'x'.ljust(100000000000) }}",
        "{{ range(9223372036854775807) }}",
        "{% for i in range(99999) %}{{ 'x'.zfill(999999) }}{% endfor %}",
        "{{ \(times(100, "[")) \(times(100, "]")) | tojson(indent=100) }}{{ " + times(900, "1 + ") + "1 }}",
    ]

    @Test(arguments: endless)
    func stopsAtABound(template: String) throws {
        let seconds = ContinuousClock().measure {
            #expect(throws: TemplateError.self, "\(template.prefix(200))") {
                try ChatTemplate(template).render(messages: [], addGenerationPrompt: false)
            }
        }
        #expect(seconds < .seconds(30), "\(template.prefix(200))")
    }

    /// Templates whose very grammar is too deep.
    static let deep: [String] = [
        "{{ " + times(100_000, "(") + "1" + times(100_000, ")") + " }}",
        "{{ " + times(100_000, "[") + times(100_000, "]") + " }}",
        "{{ " + times(100_000, "{1:") + "1" + times(100_000, "}") + " }}",
        "{{ " + times(100_000, "-") + "1 }}",
        "{{ " + times(100_000, "not ") + "1 }}",
        "{{ " + times(100_000, "1 + ") + "1 }}",
        "{{ " + times(100_000, "1 or ") + "1 }}",
        "{{ 1" + times(100_000, " | abs") + " }}",
        "{{ a" + times(100_000, ".b") + " }}",
        "{{ a" + times(100_000, "[0]") + " }}",
        "{{ a" + times(100_000, "()") + " }}",
        "{{ 1" + times(100_000, " if 1") + " }}",
        "{{ 1" + times(100_000, " if 1 else 1") + " }}",
        times(100_000, "{% if 1 %}"),
        times(100_000, "{% for a in b %}"),
        times(100_000, "{% set a %}"),
        "{% set " + times(100_000, "(") + "a = 1 %}",
        "{{ x(" + times(100_000, "a(") + " }}",
    ]

    @Test(arguments: deep)
    func refusesWhatIsTooDeep(template: String) {
        #expect(throws: TemplateError.self) { try ChatTemplate(template) }
    }

    @Test func survivesEveryPieceOfATemplate() throws {
        for template in try Reference.stored.templates {
            let scalars = Array(template.unicodeScalars)
            for end in stride(from: 0, to: scalars.count, by: max(1, scalars.count / 60)) {
                var piece = String.UnicodeScalarView()
                piece.append(contentsOf: scalars[..<end])
                guard let template = try? ChatTemplate(String(piece)) else { continue }
                _ = try? template.render(
                    messages: [["role": "user", "content": "a"]], addGenerationPrompt: true)
            }
        }
    }
}

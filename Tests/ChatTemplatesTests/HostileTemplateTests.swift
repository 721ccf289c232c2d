import ChatTemplates
import JSON
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

    /// Values that hold themselves, and chains of values one inside the other that could not be thrown away.
    static let inside: [String] = [
        "{% set ns = namespace() %}{% set ns.a = ns %}{{ ns }}",
        "{% set ns = namespace() %}{% set ns.a = [ns] %}{{ ns.a }}",
        "{% set ns = namespace() %}{% set ns.a = ns %}{{ '%s' % ns }}",
        "{% set ns = namespace(a=0) %}{% for i in range(50000) %}{% set m = namespace(a=ns.a) %}{% set ns.a = m %}{% endfor %}{{ ns }}",
        "{% set ns = namespace(f=0) %}{% for i in range(50000) %}{% set ns.f = [ns.f].index %}{% endfor %}",
        "{% set ns = namespace(l=0) %}{% for i in range(50000) %}{% for x in [ns.l] %}{% set ns.l = loop %}{% endfor %}{% endfor %}",
    ]

    /// Chains that are fine, and must be thrown away without ending the process.
    @Test(arguments: [
        "{% set ns = namespace(a=0) %}{% for i in range(50000) %}{% set m = namespace(a=ns.a) %}{% set ns.a = m %}{% endfor %}",
        "{% set ns = namespace(f=0) %}{% for i in range(50000) %}{% set p = ns.f %}{% macro m() %}{% endmacro %}{% set ns.f = m %}{% endfor %}",
        "{% set r = namespace(a=0) %}{% set ns = namespace(l=r) %}{% for i in range(50000) %}{% set m = namespace(a=0) %}{% set q = ns.l %}{% set q.a = m %}{% set ns.l = m %}{% endfor %}",
    ])
    func longChainsAreThrownAway(template: String) throws {
        _ = try ChatTemplate(template).render(messages: [], addGenerationPrompt: false)
    }

    /// Work and memory that no statement counts: texts and lists that are made, searched, compared, printed.
    static let large: [String] = [
        "{{ [[0]*1000000]*1000000 }}", "{{ ['a'*10000000]*1000 }}",
        "{{ ([[0]*1000000]*1000) | string | length }}", "{{ ([[0]*1000000]*1000) | join(',') | length }}",
        "{{ '%s' % ([[0]*1000000]*1000) }}", "{{ 'x' ~ [[0]*1000000]*1000 }}",
        "{{ range(100000) | map('center', 9999999) | list | length }}",
        "{{ 'x'.ljust(10000000, 'a'*10000000) | length }}", "{{ 'x'.zfill(10000000, 'a'*1000) | length }}",
        "{{ ('{0}' * 1000).format('a' * 10000000) }}", "{{ ('a'*10000000).join(['b'] * 1000) }}",
        "{{ ('&' * 9000000) | e | e | length }}",
        "{{ ([[1]*100000]*100) | tojson(indent='a'*100000) | length }}",
        "{{ ([[0]*1000000]*1000000) | sort | length }}",
        "{{ ([[0]*1000000]*1000000) == ([[0]*1000000]*1000000) }}",
        "{{ ([0]*999999 + [1]) in ([[0]*1000000]*1000000) }}", "{{ ([[0]*1000000]*1000000) | min | length }}",
        "{{ (['a'*10000000]*1000000) | max | length }}",
        "{{ (['a'*10000000]*100000) | select('eq', 'a'*9999999+'b') | list | length }}",
        "{% for i in range(1000) %}{% if loop.changed([0]*1000000) %}{% endif %}{% endfor %}",
        "{% set x = [" + times(20, "('a,' * 5000000).split(','),") + "1] %}",
        "{{ 1.5 | round(-9223372036854775807 - 1) }}", "{{ (-9223372036854775807 - 1) ** 2 }}",
        "{{ 15 | round(-9223372036854775807 - 1, 'floor') }}",
    ]

    @Test func searchesAreLinear() throws {
        let start = ContinuousClock().now
        do {
            for (template, text) in [
                ("{{ ('a'*4999999 + 'b') in ('a'*10000000) }}", "False"),
                ("{{ ('a'*9999999) | replace('a'*4999999 + 'b', '') | length }}", "9999999"),
                ("{{ ('a'*1000000) | replace('a', 'aa') | length }}", "2000000"),
                ("{{ 'abc' | center(-9223372036854775807 - 1) }}", "abc"),
                ("{{ 'abc'.ljust(-9223372036854775807 - 1) }}", "abc"),
                ("{{ (-9223372036854775807 - 1) ** 0 }}", "1"),
                (
                    "{{ 'abababab'.count('abab') }}{{ 'aabaaab'.find('aaab') }}{{ 'xaxax'.split('a') }}",
                    "23['x', 'x', 'x']"
                ),
            ] {
                #expect(try ChatTemplate(template).render(messages: [], addGenerationPrompt: false) == text)
            }
        }
        #expect(ContinuousClock().now - start < .seconds(30))
    }

    @Test func formatsOfDatesAreShort() throws {
        let template = try ChatTemplate("{{ strftime_now('%Y' * 1000000) }}")
        #expect(throws: TemplateError.self) {
            try template.render(messages: [], addGenerationPrompt: false, now: Moment(secondsSince1970: 0))
        }
    }

    @Test(arguments: endless + large + inside)
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

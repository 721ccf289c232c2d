"""One feature of Jinja each; the reference says what it renders, or that it fails."""

SNIPPETS = r"""
{{ 1 + 2 * 3 - 4 }}|{{ 7 // 2 }}|{{ -7 // 2 }}|{{ 7 % 3 }}|{{ -7 % 3 }}|{{ 7 / 2 }}|{{ 2 ** 10 }}|{{ 2 ** -1 }}|{{ -2 ** 2 }}
{{ 1.5 + 1 }}|{{ 0.1 + 0.2 }}|{{ 1e3 }}|{{ 1e16 }}|{{ 1e-5 }}|{{ 100000.0 }}|{{ 3.0 }}|{{ 7.5 // 2 }}|{{ -7.5 % 2 }}|{{ 1_000 }}
{{ "a" "b" 'c' }}|{{ 'it\'s' }}|{{ "tab\there" }}|{{ "\u00e9\x41" }}|{{ 'a\qb' }}
{{ true }}|{{ False }}|{{ none }}|{{ [1, 'a', none, true, 2.0] }}|{{ (1,) }}|{{ (1, 2) }}|{{ {'a': 1, 'b': [2]} }}|{{ () }}|{{ {} }}
{{ "it's" }}|{{ ["it's", 'say "x"', "both ' and \"", "é\n\t\x00\u200b"] }}
{{ 1 < 2 < 3 }}|{{ 1 < 3 < 2 }}|{{ 'a' < 'b' }}|{{ [1, 2] < [1, 3] }}|{{ 1 == 1.0 }}|{{ true == 1 }}|{{ 'a' != 'b' }}
{{ 'a' in 'cab' }}|{{ 1 in [1, 2] }}|{{ 3 not in [1, 2] }}|{{ 'name' in user }}|{{ '' in '' }}|{{ 'x' in missing }}
{{ not true }}|{{ not 0 }}|{{ 1 and 2 }}|{{ 0 or 'x' }}|{{ '' and 1 }}|{{ not 1 == 2 }}
{{ 'yes' if 1 else 'no' }}|{{ 'yes' if 0 }}|{{ 'a' if 0 else 'b' if 0 else 'c' }}
{{ missing }}|{{ user.missing }}|{{ missing is defined }}|{{ user.name is defined }}|{{ missing is none }}|{{ n is none }}|[{{ missing ~ 'x' }}]
{{ missing.attribute }}
{{ missing['key'] }}
{{ missing + 1 }}
{{ missing() }}
{{ user.missing.deeper }}
{{ n.anything }}|{{ n['x'] }}
{{ missing | length }}|{{ missing | upper }}|{{ missing | list }}|{{ missing | default('d') }}|{{ '' | default('d') }}|{{ '' | default('d', true) }}|{{ n | default('d') }}|{{ missing | d }}
{{ user.name }}|{{ user['name'] }}|{{ user['items'] }}|{{ user.get('name') }}|{{ user.get('x') }}|{{ user.get('x', 'y') }}
{% for k, v in {'b': 1, 'a': 2}.items() %}{{ k }}={{ v }};{% endfor %}|{{ {'b': 1}.keys() | list }}|{{ {'b': 1}.values() | list }}
{% for k, v in {'b': 1, 'a': 2} | dictsort %}{{ k }}{{ v }}{% endfor %}|{{ {'b': 1, 'A': 2} | dictsort }}|{{ {'b': 1, 'A': 2} | dictsort(true) }}|{{ {'b': 1, 'a': 2} | dictsort(by='value', reverse=true) }}|{{ {'x': 1} | items | list }}
{{ [1, 2, 3][0] }}|{{ [1, 2, 3][-1] }}|{{ [1, 2, 3][5] }}|{{ 'abc'[1] }}|{{ (1, 2)[1] }}|{{ messages[0].role }}|{{ messages.0.role }}
{{ [1, 2, 3, 4][1:] }}|{{ [1, 2, 3, 4][:-1] }}|{{ [1, 2, 3, 4][::2] }}|{{ [1, 2, 3, 4][::-1] }}|{{ 'abcdef'[1:4] }}|{{ 'abc'[-2:] }}|{{ 'abc'[5:] }}|{{ [1, 2, 3][2:0:-1] }}|{{ (1, 2, 3)[1:] }}|{{ 'abc'[:none] }}
{{ missing[1:] }}
{{ user[1:] }}
{{ user.age[1:] }}
[{{ text | trim }}]|[{{ text.strip() }}]|[{{ text.lstrip() }}]|[{{ text.rstrip() }}]|{{ 'xxaxx'.strip('x') }}|{{ 'xyaxy' | trim('yx') }}|{{ 'abc'.rstrip('cb') }}
{{ 'Ab cD'.upper() }}|{{ 'Ab cD' | lower }}|{{ "ab-cd ef_g it's" | title }}|{{ "ab-cd ef_g it's".title() }}|{{ 'aBC' | capitalize }}|{{ 'ß'.upper() }}|{{ 'ǆx' | capitalize }}|{{ 'aBC'.capitalize() }}
{{ 'a,b,c'.split(',') }}|{{ ' a  b '.split() }}|{{ 'a,b,c'.split(',', 1) }}|{{ 'a b c'.rsplit(' ', 1) }}|{{ 'a b  c '.split(none, 1) }}|{{ ' a b c '.rsplit(none, 1) }}|{{ ''.split(',') }}|{{ ''.split() }}|{{ 'a--b'.split('--')[-1] }}
{{ 'a\nb\r\nc\n'.splitlines() }}|{{ 'k=v=w'.partition('=') }}|{{ 'k=v=w'.rpartition('=') }}|{{ 'kv'.partition('=') }}|{{ 'kv'.rpartition('=') }}
{{ 'hello'.startswith('he') }}|{{ 'hello'.endswith('lo') }}|{{ 'hello'.startswith(('x', 'h')) }}|{{ 'hello'.find('l') }}|{{ 'hello'.rfind('l') }}|{{ 'hello'.find('z') }}|{{ 'hello'.count('l') }}|{{ 'hello'.index('e') }}
{{ 'hello'.replace('l', 'L') }}|{{ 'hello'.replace('l', 'L', 1) }}|{{ 'hello' | replace('l', '') }}|{{ 'hello' | replace('l', 'L', 1) }}|{{ 'ab'.replace('', '-') }}
{{ ', '.join(['a', 'b']) }}|{{ [1, 2] | join('-') }}|{{ 'abc' | join('.') }}|{{ messages | join(',', attribute='role') }}|{{ [] | join(',') }}|{{ [1, none, 'x'] | join }}
{{ 'x'.isdigit() }}|{{ '12'.isdigit() }}|{{ '²'.isdigit() }}|{{ 'ab'.isalpha() }}|{{ ''.isalpha() }}|{{ 'a1'.isalnum() }}|{{ ' '.isspace() }}|{{ 'AB'.isupper() }}|{{ 'Ab'.islower() }}|{{ '7'.zfill(3) }}|{{ '-7'.zfill(4) }}|{{ 'a'.center(4) }}|{{ 'ab'.center(5) }}|{{ 'a'.ljust(3) }}|{{ 'a'.rjust(3) }}|
{{ 'prefix-x'.removeprefix('prefix-') }}|{{ 'x.txt'.removesuffix('.txt') }}|{{ 'x'.removesuffix('y') }}
{{ '{} and {}'.format(1, 'b') }}|{{ '{1}{0}'.format('a', 'b') }}|{{ '{x}'.format(x=3) }}|{{ '{{}}'.format() }}
{{ '%s is %d' % ('x', 3) }}|{{ '%05.2f' % 3.14159 }}|{{ '%5s|%-5s|' % ('a', 'b') }}|{{ '%s' % 'one' }}|{{ '%d%%' % 50 }}|{{ '%03d' % 7 }}|{{ '%x' % 255 }}|{{ '%s-%s' | format(1, 2) }}|{{ '%r' % 'q' }}|{{ '%+d' % 5 }}
{{ [1, 2, 3] | length }}|{{ 'äb' | length }}|{{ user | length }}|{{ [3, 1, 2] | sort }}|{{ [3, 1, 2] | sort(reverse=true) }}|{{ user.tags | sort }}|{{ user.tags | sort(case_sensitive=true) }}|{{ user.tags | unique | list }}
{{ [1, 2, 3] | first }}|{{ [1, 2, 3] | last }}|{{ [] | first }}|{{ 'abc' | first }}|{{ [1, 2] | reverse | list }}|{{ 'abc' | reverse }}|{{ 'abc' | list }}|{{ [1, 2, 3] | sum }}|{{ [3, 1] | min }}|{{ [3, 1] | max }}|{{ ['b', 'A'] | min }}
{{ [1, 2, 3, 4] | select('odd') | list }}|{{ [1, 2, 3, 4] | reject('odd') | list }}|{{ [0, 1, ''] | select | list }}|{{ [1, 2, 3] | select('gt', 1) | list }}|{{ [1, 2, 3] | select('in', [1, 3]) | list }}
{{ messages | selectattr('role', 'equalto', 'user') | map(attribute='content') | list }}|{{ messages | rejectattr('role', 'eq', 'user') | list | length }}|{{ messages | selectattr('missing') | list }}|{{ messages | selectattr('content', 'defined') | list | length }}|{{ messages | rejectattr('role', 'in', ['user']) | map(attribute='role') | first }}
{{ ['a', 'b'] | map('upper') | list }}|{{ [1, 2] | map('string') | join('+') }}|{{ messages | map(attribute='missing', default='-') | join }}|{{ ['1', '2'] | map('int') | sum }}|{{ ['ab', 'cb'] | map('replace', 'b', 'x') | list }}
{{ [1, 2, 3, 4, 5] | batch(2) | list }}|{{ [1, 2, 3] | batch(2, 0) | list }}|{{ 'a b, c!' | wordcount }}
{{ '42' | int }}|{{ 'x' | int }}|{{ 'x' | int(7) }}|{{ '3.9' | int }}|{{ 3.9 | int }}|{{ '1f' | int(base=16) }}|{{ '2.5' | float }}|{{ 'x' | float }}|{{ 3 | float }}|{{ 5 | string }}|{{ true | int }}|{{ n | int }}
{{ -3 | abs }}|{{ -2.5 | abs }}|{{ 2.567 | round(2) }}|{{ 2.5 | round }}|{{ 3.5 | round }}|{{ 2.1 | round(method='ceil') }}|{{ 2.9 | round(0, 'floor') }}|{{ 7 | round }}|{{ 42.55 | round(1) }}
{{ 'a\nb\n\nc' | indent }}|{{ 'a\nb\n\nc' | indent(2, true) }}|{{ 'a\n\nb' | indent(2, blank=true) }}|{{ 'a\nb' | indent('> ') }}|{{ 'a\n' | indent }}|
{{ '<a href="x">&\'' | e }}|{{ '<b>' | safe }}|{{ 'a' | center(5) }}|
{{ user | tojson }}|{{ 'é"\\\n\u2028</' | tojson }}|{{ [1, 2.0, 1e20, none, true, 'x'] | tojson }}|{{ {'b': 1, 'a': {'c': []}} | tojson(indent=2) }}|{{ {'b': 1, 'a': 2} | tojson(sort_keys=true) }}|{{ 'é😀\x7f' | tojson(ensure_ascii=true) }}|{{ [1, 2] | tojson(separators=(',', ':')) }}|{{ [[], {}] | tojson(indent=1) }}|{{ {1: 2, none: 3} | tojson }}
{{ missing | tojson }}
{{ 3 is odd }}|{{ 4 is even }}|{{ 9 is divisibleby 3 }}|{{ 'a' is string }}|{{ 1 is number }}|{{ 1.0 is float }}|{{ 1 is integer }}|{{ true is boolean }}|{{ true is integer }}|{{ user is mapping }}|{{ [1] is sequence }}|{{ 'x' is iterable }}|{{ 1 is iterable }}|{{ user is sequence }}|{{ missing is iterable }}|{{ 1 is sameas 1 }}
{{ 1 is eq 1 }}|{{ 1 is lt 2 }}|{{ 2 is ge 2 }}|{{ 'a' is in 'abc' }}|{{ 'a' is not in ['b'] }}|{{ 'ab' is lower }}|{{ 'AB' is upper }}|{{ true is true }}|{{ 1 is true }}|{{ false is false }}|{{ 1 is not none }}|{{ range is callable }}|{{ 1 is equalto(1) }}|{{ not 1 is defined }}
{% for i in range(3) %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.previtem }}{{ loop.nextitem }};{% endfor %}
{% for i in range(2, 8, 3) %}{{ i }},{% endfor %}|{% for i in range(5, 0, -2) %}{{ i }},{% endfor %}|{% for i in [] %}x{% else %}none{% endfor %}|{% for i in [1, 2, 3, 4] if i is odd %}{{ i }}/{{ loop.length }} {% else %}no{% endfor %}|{% for c in 'äb' %}{{ c }}.{% endfor %}
{% for i in range(10) %}{% if i == 2 %}{% continue %}{% endif %}{% if i == 5 %}{% break %}{% endif %}{{ i }}{% endfor %}
{% for a in [1, 2] %}{% for b in [3, 4] %}{{ loop.index }}{{ loop.depth }}{{ a }}{{ b }} {% endfor %}{{ loop.cycle('x', 'y') }}{% endfor %}|{% for i in [1, 1, 2] %}{{ loop.changed(i) }}{% endfor %}
{% for (a, b) in [(1, 2), (3, 4)] %}{{ a + b }}{% endfor %}|{% for a, b in [[1, 2]] %}{{ a }}{{ b }}{% endfor %}|{% for a in 1, 2 %}{{ a }}{% endfor %}
{% for a, b in [(1, 2, 3)] %}{{ a }}{% endfor %}
{% for i in 5 %}{{ i }}{% endfor %}
{% for i in none %}{{ i }}{% endfor %}
{% for i in missing %}x{% else %}empty{% endfor %}
{% set x = 1 %}{% for i in [1, 2] %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}|{% if true %}{% set x = 9 %}{% endif %}{{ x }}
{% set ns = namespace(n=0, found=false) %}{% for i in [1, 2, 3] %}{% set ns.n = ns.n + i %}{% set ns.found = true %}{% endfor %}{{ ns.n }}{{ ns.found }}{{ ns.missing is defined }}|{% set ns.new = 'x' %}{{ ns.new }}{{ ns['n'] }}
{% set a, b = 1, 2 %}{{ a }}{{ b }}|{% set t = 1, 2 %}{{ t }}|{% set c %}block {{ a }}{% endset %}{{ c }}|{% set d | upper | trim %} x {% endset %}{{ d }}
{% set user.x = 1 %}
{% set ns = namespace({'a': 1}, b=2) %}{{ ns.a }}{{ ns.b }}|{{ dict(a=1, b=2) }}|{{ dict({'x': 1}, y=2) | length }}
{% set x = 5 %}{% with x = 1, y = x %}{{ x }}{{ y }}{% set x = 7 %}{{ x }}{% endwith %}{{ x }}
{% macro m(a, b='B', c=a) %}{{ a }}{{ b }}{{ c }};{% endmacro %}{{ m(1) }}{{ m(1, 2) }}{{ m(a=3, c=4) }}{{ m() }}
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(b=2) }}
{% macro fact(n) %}{{ 1 if n < 2 else n * (fact(n - 1) | int) }}{% endmacro %}{{ fact(5) }}|{% set v = 1 %}{% macro see() %}{{ v }}{% endmacro %}{% set v = 2 %}{{ see() }}
{% macro list_of(items) %}<{% for i in items %}{{ caller(i, loop.last) }}{% endfor %}>{% endmacro %}{% call(item, last) list_of([1, 2]) %}{{ item }}{{ '' if last else ',' }}{% endcall %}
{% filter upper | replace('A', '4') %}banana {{ 'split' }}{% endfilter %}
{% if 0 %}a{% elif '' %}b{% elif [] %}c{% else %}d{% endif %}|{% if missing %}x{% else %}y{% endif %}|{% if not missing %}z{% endif %}
a{# comment #}b{#- strip -#} c {#- x #}d{# {{ not }} {% even %} #}
{% raw %}{{ not rendered }} {% if %}{% endraw %}|{%- raw -%} a {{ b }} {%- endraw -%} c
a {{- 'b' -}} c {%- if true -%} d {%- endif -%} e
{{ '}}' }}|{{ '%}' }}|{{ {'a': {'b': 1}}.a.b }}|{{ {'a': {'b': 1}}['a']['b'] }}|{{ "{{" }}
{{ strftime_now('%Y-%m-%d %H:%M:%S %B %b %A %a %y %j') if false else strftime_now('%Y-%m-%d %H:%M:%S %B %b %A %a %y %I %p %-d %%') }}
{{ raise_exception('no ' ~ 1) }}
{{ range(200000) | length }}
{{ messages.append(1) }}
{{ user.update({'a': 1}) }}
{{ user.__class__ }}
{{ ''.__class__.__mro__ }}
{{ 1 + 'a' }}
{{ 'a' + 1 }}
{{ 1 < 'a' }}
{{ 1 / 0 }}
{{ 5 | length }}
{{ [1, 2] | join(', ', 3, 4) }}
{{ 'a' | replace }}
{{ n | items | list }}
{{ {'_a': 1}._a }}|{{ {'_a': 1}['_a'] }}|{{ user._x is defined }}|{{ user.tags.append is defined }}
{{ user.__class__.x }}
{{ 2.675 | round(2) }}|{{ 1.005 | round(2) }}|{{ 1234.5 | round(-2) }}|{{ -2.5 | round }}|{{ 0.15 | round(1) }}|{{ '%.2f' % 2.675 }}|{{ '%.0f' % 2.5 }}|{{ 15 | round(-1) }}
{{ messages | map(attribute='role') | map('upper') | unique | sort | join('/') }}
{{ 'a' * 3 }}|{{ 3 * 'ab' }}|{{ [1] * 2 }}|{{ 'a' * 0 }}|{{ [1] + [2] }}|{{ (1,) + (2,) }}|{{ -5 }}|{{ +5 }}|{{ - 5 | abs }}|{{ --5 }}
{{ 1 ~ 2 ~ none ~ true ~ [1] }}|{{ 'a' ~ 'b' | upper ~ 'c' }}|{{ 1 + 2 ~ 3 }}
{{ loop is defined }}|{% for i in [1] %}{{ loop is defined }}{% endfor %}|{{ loop is defined }}
{{ joiner is defined }}{% set sep = joiner('; ') %}{% for i in [1, 2, 3] %}{{ sep() }}{{ i }}{% endfor %}
{{ user.tags.index('a') }}|{{ user.tags.count('a') }}|{{ user.tags | length > 3 }}|{{ user.age + 1 }}|{{ (user.age / 5) | round(1) }}
{{ tools is none }}|{{ documents is none }}|{{ tools is defined }}|{{ add_generation_prompt }}|{{ bos_token }}
{{ (1, 2) == (1, 2) }}|{{ [1] == (1,) }}|{{ {'a': 1} == {'a': 1} }}|{{ missing == missing }}|{{ missing == '' }}|{{ none == false }}|{{ 'é' == 'é' }}
{{ "é" | length }}|{{ "é" | upper }}|{{ '👨‍👩‍👧' | length }}|{{ '👨‍👩‍👧'[0] }}|{{ 'a\r\nb' | length }}|{{ 'a\r\nb'.split('\n') }}
{%- for m in messages %}{{ m.role[0] | upper }}{{ m['content'] }}{{ '' if loop.last else '-' }}{%- endfor %}
{{ messages[-1]['role'] == 'assistant' and messages | length > 1 }}|{{ messages[messages | length - 1].content }}|{{ (messages | last).role }}|{{ (messages | first)['content'] }}
{% if messages[0]['role'] is not defined or messages[0]['role'] != 'system' %}no system{% endif %}
{{ f }}|{{ f | int }}|{{ f | string | length }}|{{ f * 2 }}|{{ 10 // f }}|{{ f is number }}|{{ 1.0 * 3 }}|{{ 2 ** 0.5 if false else 'skip' }}
{% generation %}abc{% endgeneration %}|é{% generation %}ü{{ 1 }}{% endgeneration %}{% for i in [1, 2] %}{% generation %}{{ i }}{% endgeneration %},{% endfor %}
{% generation %}{% set inside = 1 %}{% endgeneration %}{{ inside }}
{{ [1, 2, 3] is iterable and [1, 2, 3] is not mapping }}|{{ 'x' if user.name == 'Ada' and user.age > 30 and not user.missing else 'y' }}
{{ user.name.lower().upper().title() }}|{{ user.name[0:1] }}|{{ user['na' ~ 'me'] }}|{{ (user).name }}|{{ [user][0].name }}
{{ 'a' if }}
{{ 1 +
{% if %}x{% endif %}
{% for x %}{% endfor %}
{% if true %}
{% endif %}
{% endfor %}
{{ foo bar }}
{% unknown_tag %}
{{ 'a' | no_such_filter }}
{{ 1 is no_such_test }}
{{ 'unclosed }}
{# unclosed
{{ (1, 2 }}
{{ ] }}
{% set 1 = 2 %}
{% set true = 2 %}
{% macro m(a=1, b) %}{% endmacro %}
{{ f(a=1, 2) }}
{% break %}
{{ "a" is string is string }}
{% raw %}x
{{ 1 ? 2 }}
{{ 5.a }}
{{ }}
{% %}
""".strip().split("\n")

SNIPPETS += [
    "line one\n{% if true %}\n  kept\n{% endif %}\nline two\n",
    "  {% if true %}  \n  x  \n  {% endif %}  \n  y",
    "a\n  {%- if true %}\n b\n  {%- endif %}\n c",
    "a\n  {%+ if true %}\n b\n  {%+ endif +%}\n c",
    "a\n\t{# note #}\nb\n  {{ 'c' }}\nd {# e #}\nf",
    "{% for i in [1, 2] %}\n  - {{ i }}\n{% endfor %}\nend\n\n",
    "{% for i in [1, 2] -%}\n  - {{ i }}\n{%- endfor %}\n\nend\n\n\n",
    "\n\n{% set x = 1 %}\n\n{{ x }}\n",
    "a\r\n{% if true %}\r\nb\r\n{% endif %}\r\nc\r\n",
    "a\r{{ 'x\r\ny' }}\rb",
    "{{ 'multi\nline' }}\n{{ [\n  1,\n  2,\n] }}",
    "x {% raw %}\n {{ a }}\n {% endraw %}\ny",
    "x\n  {% raw -%}\n a \n {%- endraw %}\ny",
    "  {{- 'a' }}  {{ 'b' -}}  \n  c",
    "a\u00a0\u3000{%- if true %}b{% endif %}",
    "a\n \u00a0{% if true %}b{% endif %}",
    "{% if true %}a{% endif %}\n{% if true %}b{% endif %}\n",
    "{# c #}  {# d #}\n  {# e #}\n{% if true %}\n\n  {% endif %}\nz",
    "{{ 'a' }}\n  {% if true %}{{ 'b' }}{% endif %}  \nc",
    "{%- macro a() %}\n  inner\n{% endmacro -%}\n[{{ a() }}]",
    "{% set x %}\n  padded\n{% endset %}\n[{{ x }}]",
]

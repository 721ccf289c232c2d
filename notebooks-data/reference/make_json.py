"""Texts, and what Python's json makes of each: its value written again, plainly and in two other styles, or null where
it refuses the text.

    python make_json.py          writes Tests/JSONTests/Fixtures/python.json
"""

import json
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUTPUT = HERE.parents[1] / "Tests/JSONTests/Fixtures/python.json"

TEXTS = [
    "null", "true", "false", " [ ] ", "{}", "\t[1,\n2]\r\n", "nul", "True", "", " ", "[", "]", "{", "[1,]", "[1 2]", "[,1]",
    '{"a":1}', '{"a" 1}', '{"a":}', '{a:1}', "{'a':1}", '{"a":1,}', '{"a":1 "b":2}', '{"b":1,"a":{"d":[],"c":[{}]}}',
    '{"a":1,"b":2,"a":3}', '{"":0}', "[[[[[[]]]]]]", "1 2", "{} x",
    "0", "-0", "-1", "01", "+1", ".5", "1.", "1.5", "-1.25e3", "1e5", "1E-5", "1e", "1e+", "0e0", "-", "0x10", "1_000",
    "9223372036854775807", "-9223372036854775808", "9007199254740993", "0.1", "1e22", "1e16", "123456789.125", "1e-7",
    "1e999", "-1e999", "NaN", "Infinity", "-Infinity", "-NaN", "nan",
    '""', '"a"', '"a', '"\\', '"\\"', '"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\q"', '"\\u0041\\u00e9\\u20ac"', '"\\ud83d\\ude00"',
    '"\\u12"', '"\\u12g4"', '"\\u+123"', '"a\nb"', '"a\tb"', '"\u0001"', '"\\u0001\\u001f\\u007f"', '"é€😀"', '"\u2028"',
    '{"é":"\\u000c\\b"}',
]


def made(text):
    try:
        value = json.loads(text)
    except ValueError:
        return {"text": text, "plain": None, "ascii": None, "indented": None}
    return {
        "text": text,
        "plain": json.dumps(value, ensure_ascii=False),
        "ascii": json.dumps(value),
        "indented": json.dumps(value, ensure_ascii=False, indent=2),
    }


OUTPUT.write_text(json.dumps([made(text) for text in TEXTS], indent=1) + "\n")

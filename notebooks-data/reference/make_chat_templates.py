"""Makes the fixture of ChatTemplatesTests with Jinja as transformers sets it up.

Run: python make_chat_templates.py
"""

import datetime
import json
import pathlib

import jinja2
from transformers.utils import chat_template_utils

from chat_templates import FAMILIES
from template_snippets import SNIPPETS

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "Tests/ChatTemplatesTests/Fixtures"


class FixedClock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2024, 7, 6, 15, 4, 5)


chat_template_utils.datetime = FixedClock


def turn(role, content, **more):
    return {"role": role, "content": content, **more}


TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "weather",
            "description": "The weather <now> & \"here\": caf\u00e9",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer", "default": 1.5}}, "required": ["city"]},
            "return": {"type": "string"},
        },
    },
    {"type": "function", "function": {"name": "time", "description": "", "parameters": {"type": "object", "properties": {}, "strict": False, "x": None}}},
]
CALL = {"type": "function", "id": "abcdefghi", "function": {"name": "weather", "arguments": {"city": "K\u00f6ln", "days": 2, "deep": {"a": [1, 2.0, None, True]}}}}

CONVERSATIONS = {
    "question": [turn("user", "What is 2+2?")],
    "system": [turn("system", "  Be brief.\n"), turn("user", "Hi"), turn("assistant", "Hello! "), turn("user", " And now?\n")],
    "answered": [turn("user", "a"), turn("assistant", "b"), turn("user", "c"), turn("assistant", "d")],
    "unicode": [turn("user", "\u4f60\u597d \U0001f468\u200d\U0001f469\u200d\U0001f467 e\u0301 \u05e9\u05dc\u05d5\u05dd\u00a0\u2028\u3000"), turn("assistant", "\u00e9\u0301\U0001f600")],
    "empty": [turn("user", ""), turn("assistant", "")],
    "markup": [turn("user", "<b>&\"'{{ x }}{% if %}\\n</b>\r\n\ttab"), turn("assistant", "{# c #} %} }}")],
    "thinking": [turn("user", "q"), turn("assistant", "<think>\nhm\n</think>\n\nanswer"), turn("user", "r"), turn("assistant", "<think>x</think>y")],
    "reasoning": [turn("user", "q"), turn("assistant", "answer", reasoning_content="because\n")],
}
TOOL_TALK = [turn("user", "Weather?"), turn("assistant", "", tool_calls=[CALL]), turn("tool", "sunny", tool_call_id="abcdefghi"), turn("assistant", "It is sunny.")]
PARTS = [turn("system", [{"type": "text", "text": "sys"}]), turn("user", [{"type": "image"}, {"type": "text", "text": " look "}])]
COMMON = {"bos_token": "<s>", "eos_token": "</s>"}


def cases():
    for name, template in FAMILIES.items():
        for conversation, messages in CONVERSATIONS.items():
            for prompt in (False, True):
                if prompt and conversation not in ("question", "system", "answered"):
                    continue
                yield f"{name}/{conversation}/{prompt}", template, messages, prompt, COMMON
    for name in ("llama3", "qwen25", "mistral", "deepseek", "macros"):
        yield f"{name}/tools", FAMILIES[name], TOOL_TALK[:1], True, COMMON | {"tools": TOOLS}
        yield f"{name}/called", FAMILIES[name], TOOL_TALK, True, COMMON | {"tools": TOOLS[:1]}
    for name in ("gemma", "macros", "qwen3"):
        yield f"{name}/parts", FAMILIES[name], PARTS, True, COMMON
    roles = [turn("user", "1"), turn("skip", "2"), turn("assistant", "3"), turn("stop", "4"), turn("user", "5")]
    yield "macros/leave", FAMILIES["macros"], roles, False, COMMON
    yield "llama2/twice", FAMILIES["llama2"], [turn("user", "1"), turn("user", "2")], False, COMMON
    yield "qwen3/quiet", FAMILIES["qwen3"], CONVERSATIONS["question"], True, COMMON | {"enable_thinking": False}
    yield "chatml/none", FAMILIES["chatml"], [], True, COMMON
    for index, template in enumerate(SNIPPETS):
        values = {"user": {"name": "Ada", "tags": ["b", "a", "C", "a"], "age": 36, "items": "own"}, "n": None, "f": 2.5, "text": "  Hello \u00c4rger, w\u00f6rld\n two  "}
        yield f"snippet {index}: {template}", template, CONVERSATIONS["answered"], False, COMMON | values


def ordered(value):
    """JSON in which objects are lists of pairs, to keep their order, and floats are named, through any reader."""
    if isinstance(value, float):
        return {"float": str(value)}
    if isinstance(value, dict):
        return {"object": [[k, ordered(v)] for k, v in value.items()]}
    return [ordered(v) for v in value] if isinstance(value, list) else value


def bytes_before(text, index):
    return len(text[:index].encode())


def result(template, messages, prompt, variables):
    arguments = {"messages": messages, "tools": None, "documents": None, "add_generation_prompt": prompt} | variables
    try:
        compiled = chat_template_utils._compile_jinja_template(template)
        text, spans = chat_template_utils._render_with_assistant_indices(compiled_template=compiled, **arguments)
    except jinja2.exceptions.TemplateSyntaxError as error:
        return {"error": "syntax", "said": str(error)}
    except jinja2.exceptions.TemplateError as error:
        return {"error": "raised" if type(error) is jinja2.exceptions.TemplateError else "failed", "said": str(error)}
    except Exception as error:
        return {"error": "failed", "said": f"{type(error).__name__}: {error}"}
    return {"text": text, "spans": [[bytes_before(text, a), bytes_before(text, b)] for a, b in spans]}


FIXTURES.mkdir(parents=True, exist_ok=True)
stored, templates = [], []
for name, template, messages, prompt, variables in cases():
    if template not in templates:
        templates.append(template)
    stored.append(
        {"name": name, "template": templates.index(template), "messages": ordered(messages), "prompt": prompt, "variables": ordered(variables)["object"]}
        | result(template, messages, prompt, variables)
    )
contexts = []
for case in stored:
    context = {key: case.pop(key) for key in ("messages", "prompt", "variables")}
    if context not in contexts:
        contexts.append(context)
    case["context"] = contexts.index(context)
text = json.dumps({"templates": templates, "contexts": contexts, "cases": stored}, ensure_ascii=True, separators=(",", ":"))
(FIXTURES / "renderings.json").write_text(text + "\n")
print(len(stored), "cases,", len(text), "bytes;", sum("error" in c for c in stored), "errors")

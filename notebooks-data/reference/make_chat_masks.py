"""What the assistant speaks in conversations that the chat templates of TRL render.

The templates stay where TRL is installed; their names and hashes and what transformers makes of them are written to
Tests/ExamplesTests/Fixtures/chat-masks.json: for templates with {% generation %} the spans of
`return_assistant_tokens_mask`, for others the spans from after the generation prompt to the last special token of a turn,
where each turn's text begins the whole's; null where it does not, or where the template fails.

    python notebooks-data/reference/make_chat_masks.py
"""

import datetime
import glob
import json
import os
import re

import trl
from transformers.utils import chat_template_utils

HERE = os.path.dirname(os.path.abspath(__file__))
TARGET = os.path.join(HERE, "../../Tests/ExamplesTests/Fixtures/chat-masks.json")
FOLDER = os.path.join(os.path.dirname(trl.__file__), "chat_templates")
SPECIAL = re.compile(
    r"<[|｜][^<>|｜]{1,40}[|｜]>|<\|[a-zA-Z_]+>|<[a-z_]+\|>|</s>|<s>|<start_of_turn>|<end_of_turn>|\[gMASK\]|<sop>")
TOKENS = {"bos_token": "<s>", "eos_token": "<|endoftext|>"}


class Clock(datetime.datetime):
    """The day that the test renders for."""

    @classmethod
    def now(cls, tz=None):
        return cls(2026, 11, 30)


chat_template_utils.datetime = Clock


def turn(role, content, **fields):
    return {"role": role, "content": content, **fields}


CALL = [{"type": "function", "function": {"name": "clock", "arguments": {"zone": "x"}}}]
TOOLS = [{"type": "function", "function": {"name": "clock", "description": "the time", "parameters": {
    "type": "object", "properties": {"zone": {"type": "string", "description": "z"}}, "required": ["zone"]}}}]
CONVERSATIONS = [
    {"name": "one answer", "messages": [turn("user", "q"), turn("assistant", "alpha")]},
    {"name": "two answers", "messages": [
        turn("user", "q"), turn("assistant", "alpha"), turn("user", "r"), turn("assistant", "beta <b> é")]},
    {"name": "three answers", "messages": [
        turn("system", "sys"), turn("user", "q"), turn("assistant", "alpha"), turn("user", "r"),
        turn("assistant", "beta"), turn("user", "q"), turn("assistant", "alpha")]},
    {"name": "tools", "tools": TOOLS, "messages": [
        turn("user", "q"), turn("assistant", "", tool_calls=CALL), turn("tool", "noon", name="clock"),
        turn("assistant", "It is noon."), turn("user", "r"), turn("assistant", "beta")]},
    {"name": "reasoning", "messages": [
        turn("user", "q"), turn("assistant", "alpha", reasoning_content="because"), turn("user", "r"),
        turn("assistant", "beta", reasoning_content="since")]},
    {"name": "reasoning in the text", "messages": [
        turn("user", "q"), turn("assistant", "<think>\nbecause\n</think>\n\nalpha"), turn("user", "r"),
        turn("assistant", "<think>\nsince\n</think>\n\nbeta")]},
]


def fnv1a(text):
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return f"{value:016x}"


def render(template, messages, tools, prompt=False):
    messages = [{k: v for k, v in message.items() if v is not None} for message in messages]
    texts, spans = chat_template_utils.render_jinja_template(
        [messages], tools=tools, chat_template=template, add_generation_prompt=prompt,
        return_assistant_tokens_mask=True, **TOKENS)
    return texts[0], (spans[0] if spans else [])


def by_prefix(template, messages, tools, whole):
    spans = []
    for index, message in enumerate(messages):
        if message["role"] != "assistant":
            continue
        start, _ = render(template, messages[:index], tools, prompt=True)
        end, _ = render(template, messages[: index + 1], tools)
        if not (end.startswith(start) and whole.startswith(end)):
            return None
        ends = [match.end() for match in SPECIAL.finditer(end, len(start))]
        spans.append((len(start), ends[-1] if ends else len(end)))
    return spans


def bytes_of(text, spans):
    """Spans of characters as spans of bytes, joined where they touch."""
    joined = []
    for start, end in spans:
        start, end = len(text[:start].encode()), len(text[:end].encode())
        if start == end:
            continue
        if joined and joined[-1][1] == start:
            joined[-1][1] = end
        else:
            joined.append([start, end])
    return joined


templates, special = [], {"<s>", "<|endoftext|>"}
for path in sorted(glob.glob(FOLDER + "/*.jinja")):
    template = open(path, encoding="utf-8").read()
    special.update(SPECIAL.findall(template))
for path in sorted(glob.glob(FOLDER + "/*.jinja")):
    template = open(path, encoding="utf-8").read()
    marked = re.search(r"\{\%-?\s*generation\s*-?\%\}", template) is not None
    results = []
    for conversation in CONVERSATIONS:
        messages, tools = conversation["messages"], conversation.get("tools")
        try:
            whole, spans = render(template, messages, tools)
            if not marked:
                spans = by_prefix(template, messages, tools, whole)
            results.append({
                "text": fnv1a(whole), "spans": None if spans is None else bytes_of(whole, spans)})
        except Exception:  # the template refuses the conversation
            results.append(None)
    templates.append({
        "name": os.path.basename(path), "hash": fnv1a(template), "marked": marked, "results": results})

with open(TARGET, "w", encoding="utf-8") as file:
    json.dump(
        {"trl": trl.__version__, "special": sorted(special),
         "conversations": [
             {"name": c["name"], "line": json.dumps({k: v for k, v in c.items() if k != "name"})}
             for c in CONVERSATIONS],
         "templates": templates}, file, ensure_ascii=False, separators=(",", ":"))
print(len(templates), sum(t["marked"] for t in templates), sum(r is None for t in templates for r in t["results"]),
      sum(bool(r) and r["spans"] is None for t in templates for r in t["results"]))

"""Examples as tokens, encoded as the tool encodes them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Example:
    """A sequence of tokens, and which of them are supervised: count in the loss."""

    id: str
    input_ids: list[int]
    supervised: list[bool]

    @property
    def targets(self) -> int:
        """The number of supervised tokens; the first token is predicted from nothing and never counts."""
        return sum(self.supervised[1:])


@dataclass(frozen=True)
class Examples:
    """Examples, and where they come from."""

    examples: list[Example]
    #: The file as the user named it, or "examples" for what came from memory.
    name: str
    #: Of the file, or of the examples' tokens.
    sha256: str
    #: SHA-256 of the chat template; "" when none was used.
    template_sha256: str = ""


def read_examples(data: Any, tokenizer: Any = None, *, limit: int | None = None, max_length: int = 0) -> Examples:
    """Reads examples from a file of JSON lines (or a JSON array), a data set, or a list of records.

    A record has ``input_ids`` with ``labels``, ``completion_mask`` or ``assistant_masks``, as TRL prepares them; or text
    that ``tokenizer`` encodes: ``prompt`` and ``completion``, ``messages``, or ``text``. Examples longer than
    ``max_length`` lose tokens from the left of their prompt; 0 is no limit.
    """
    digest, name = "", "examples"
    if isinstance(data, (str, os.PathLike)):
        content = Path(data).read_bytes()
        name, digest = os.fspath(data), hashlib.sha256(content).hexdigest()
        records: Iterable[Any] = _records(content, name)
    else:
        records = data
    made: list[Example] = []
    seen: set[str] = set()
    template = ""
    for number, record in enumerate(records):
        if limit is not None and number >= limit:
            break
        where = f"{name}, record {number + 1}"
        if not isinstance(record, Mapping):
            raise ValueError(f"{where}: it is no object of keys and values, but {type(record).__name__}.")
        name_of_record = str(number + 1 if record.get("id") is None else record["id"])
        while name_of_record in seen:
            name_of_record += f"#{number + 1}"
        seen.add(name_of_record)
        made.append(_cut(encode(record, name_of_record, tokenizer, where), max_length, where))
        if "input_ids" not in record and _is_conversation(record):
            template = hashlib.sha256(tokenizer.chat_template.encode()).hexdigest()
    if not made:
        raise ValueError(f"{name} holds no examples; give at least one record.")
    return Examples(made, name, digest or _digest(made), template)


def encode(record: Mapping[str, Any], name: str, tokenizer: Any, where: str) -> Example:
    """One record as tokens."""
    if record.get("input_ids") is not None:
        ids = [int(token) for token in record["input_ids"]]
        for key, is_marked in (("labels", lambda x: x != -100), ("assistant_masks", bool), ("completion_mask", bool)):
            if record.get(key) is not None:
                supervised = [is_marked(int(mark)) for mark in record[key]]
                break
        else:
            supervised = [True] * len(ids)
        if len(supervised) != len(ids):
            raise ValueError(f"{where}: {len(ids)} input_ids, but {len(supervised)} {key}.")
    elif tokenizer is None:
        raise ValueError(f"{where}: it has no input_ids; give a tokenizer (processing_class) that encodes its text.")
    elif _is_conversation(record):
        ids, supervised = _conversation(record, tokenizer, where)
    elif isinstance(record.get("completion"), str) and isinstance(record.get("prompt", ""), str):
        ids, supervised = _with_answer(record.get("prompt", ""), record["completion"], tokenizer)
    elif isinstance(record.get("text"), str):
        ids, supervised = _with_answer("", record["text"], tokenizer)
        supervised = [True] * len(ids)
    else:
        raise ValueError(
            f"{where}: it has the keys {', '.join(record)}; expected input_ids, prompt and completion, messages, or text."
        )
    example = Example(name, ids, supervised)
    if example.targets == 0:
        raise ValueError(f"{where} (id {name}): it has no token to supervise.")
    return example


def _with_answer(prompt: str, answer: str, tokenizer: Any) -> tuple[list[int], list[bool]]:
    """Both encoded as one text, then the end token unless it stands there; the answer has the tokens that hold text of it."""
    encoded = tokenizer(prompt + answer, return_offsets_mapping=True)
    ids, offsets = list(encoded["input_ids"]), list(encoded["offset_mapping"])
    specials = tokenizer.get_special_tokens_mask(ids, already_has_special_tokens=True)
    if len(ids) > 1 and specials[0] and ids[0] == ids[1] == tokenizer.bos_token_id:
        del ids[0], offsets[0], specials[0]  # the text brought the token that begins it
    holders = [i for i, (start, end) in enumerate(offsets) if end > max(len(prompt), start)]
    first = holders[0] if holders else len(ids)
    if tokenizer.eos_token_id is not None and (not ids or ids[-1] != tokenizer.eos_token_id):
        ids.append(tokenizer.eos_token_id)
    return ids, [bool(answer) and place >= first for place in range(len(ids))]


def _is_conversation(record: Mapping[str, Any]) -> bool:
    return "messages" in record or isinstance(record.get("completion"), list)


def _conversation(record: Mapping[str, Any], tokenizer: Any, where: str) -> tuple[list[int], list[bool]]:
    """The assistant's turns are supervised: what the template marks by ``{% generation %}``, else each turn from after the
    generation prompt to the special token that ends it."""
    if not getattr(tokenizer, "chat_template", None):
        raise ValueError(f"{where}: it is a conversation, but the tokenizer has no chat template.")
    messages = record["messages"] if "messages" in record else [*record["prompt"], *record["completion"]]
    first = 0 if "messages" in record else len(record["prompt"])
    if first == 0 and "{% generation" in tokenizer.chat_template.replace("{%-", "{%"):
        made = tokenizer.apply_chat_template(
            messages, tokenize=True, return_dict=True, return_assistant_tokens_mask=True
        )
        return list(made["input_ids"]), [bool(mark) for mark in made["assistant_masks"]]
    text = tokenizer.apply_chat_template(messages, tokenize=False)
    encoded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    ids, offsets = list(encoded["input_ids"]), list(encoded["offset_mapping"])
    supervised = [False] * len(ids)
    for turn, message in enumerate(messages):
        if message["role"] != "assistant" or turn < first:
            continue
        before = tokenizer.apply_chat_template(messages[:turn], tokenize=False, add_generation_prompt=True)
        until = tokenizer.apply_chat_template(messages[: turn + 1], tokenize=False)
        if not (text.startswith(before) and text.startswith(until)):
            raise ValueError(
                f"{where}: its chat template writes earlier turns anew, so the assistant's tokens cannot be told; give "
                "records with input_ids and labels, as TRL prepares them."
            )
        inside = [i for i, (start, end) in enumerate(offsets) if start >= len(before) and end <= len(until)]
        ends = [i for i in inside if ids[i] in tokenizer.all_special_ids]
        for place in inside:
            supervised[place] = not ends or place <= ends[-1]
    return ids, supervised


def _cut(example: Example, max_length: int, where: str) -> Example:
    cut = len(example.input_ids) - max_length if max_length else 0
    if cut <= 0:
        return example
    if cut >= example.supervised.index(True):
        raise ValueError(
            f"{where} (id {example.id}): its answer alone is longer than the model's context of {max_length} tokens."
        )
    return Example(example.id, example.input_ids[cut:], example.supervised[cut:])


def _records(content: bytes, name: str) -> list[Any]:
    text = content.decode("utf-8-sig")
    if text.lstrip().startswith("["):
        return list(json.loads(text))
    records = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                records.append(json.loads(line))
            except ValueError as error:
                raise ValueError(f"{name}, line {number}: it is not JSON: {error}") from None
    return records


def _digest(examples: Sequence[Example]) -> str:
    found = hashlib.sha256()
    for example in examples:
        found.update(json.dumps([example.id, example.input_ids, example.supervised]).encode())
    return found.hexdigest()

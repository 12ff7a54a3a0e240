"""From a modelfile back to text."""

import json
import re
from collections.abc import Iterator

from moe_core.contracts.errors import ModelfileError
from moe_core.loading.modelfile.codes import Code
from moe_core.loading.modelfile.commands import BLOCK_KEYWORDS, LIST_KEYWORDS, Command, Modelfile, Value
from moe_core.loading.modelfile.lexer import SourceText, read_text
from moe_core.loading.modelfile.options import OPTION_TYPES
from moe_core.loading.modelfile.values import KEY, ValueReader, parse_scalar

_LINE_WIDTH = 100
_BARE = re.compile(r"[A-Za-z](?:[\w.\-:/]*\w)?", re.ASCII)
_CAPABILITY = re.compile(r"[^\s,#{}\[\]\"']+")
_INDENT = "    "


def format_modelfile(modelfile: Modelfile) -> str:
    """Write a modelfile in one canonical way; parsing the result gives equal commands.

    Comments are not kept.

    Raises:
        ModelfileError: A text holds what no modelfile can (only possible for values made by hand).
    """
    parts: list[str] = []
    previous: str | None = None
    for command in modelfile.commands:
        text = _format_command(modelfile, command)
        group = command.keyword if "\n" not in text else None
        if previous is not None and not (group and group == previous):
            parts.append("\n")
        parts.append(text + "\n")
        previous = group or ""
    return "".join(parts)


def _format_command(modelfile: Modelfile, command: Command) -> str:
    head = f"{command.keyword.upper()} {command.name}".rstrip()
    value = command.value
    if isinstance(value, str):
        text = _format_text(value, may_open=_opens(command))
        if text is None:
            raise modelfile.error(Code.NOT_TEXT, f"the text of {head} cannot be quoted", command.value_at)
        return f"{head} {text}"
    if command.keyword == "tool" and value == {}:
        return head
    if command.keyword == "capability" and isinstance(value, list) and value:
        words = [word for word in value if isinstance(word, str)]
        if len(words) == len(value):
            return f"{head} {', '.join(w if _CAPABILITY.fullmatch(w) else json.dumps(w) for w in words)}"
    return f"{head} {_format_value(value, '')}"


def _opens(command: Command) -> str:
    """The first characters that would make this command's text something else."""
    if command.keyword == "parameter" and command.name in OPTION_TYPES:
        return ""
    return ("{" if command.keyword in BLOCK_KEYWORDS else "") + ("[" if command.keyword in LIST_KEYWORDS else "")


def _format_text(value: str, *, may_open: str) -> str | None:
    candidates = [f'"{value}"', f'"""{value}"""']
    if "\n" in value:
        candidates.reverse()
    if value and value[0] not in may_open:
        candidates.insert(0, value)
    return next((text for text in candidates if _reads_as(text, value)), None)


def _reads_as(text: str, value: str) -> bool:
    source = SourceText(text)
    if source.text != text:
        return False
    try:
        return read_text(source, 0) == (value, len(text))
    except ModelfileError:
        return False


def _format_value(value: Value, indent: str) -> str:
    if isinstance(value, str):
        return _format_string(value)
    if isinstance(value, bool) or value is None or isinstance(value, (int, float)):
        return json.dumps(value)
    if not value:
        return "{}" if isinstance(value, dict) else "[]"
    inner = indent + _INDENT
    items = list(_format_items(value, inner))
    opening, closing, space = ("{", "}", " ") if isinstance(value, dict) else ("[", "]", "")
    line = f"{opening}{space}{', '.join(items)}{space}{closing}"
    if len(line) + len(indent) <= _LINE_WIDTH and "\n" not in line:
        return line
    return f"{opening}\n" + "".join(f"{inner}{item}\n" for item in items) + f"{indent}{closing}"


def _format_items(value: dict[str, Value] | list[Value], indent: str) -> Iterator[str]:
    if isinstance(value, list):
        yield from (_format_value(item, indent) for item in value)
        return
    for key, item in value.items():
        shown = key if KEY.fullmatch(key) else _quote(key)
        yield f"{shown}: {_format_value(item, indent)}"


def _format_string(text: str) -> str:
    if _BARE.fullmatch(text) and parse_scalar(text) == text:
        return text
    if "\n" in text and '"""' not in text:
        block = f'"""\n{text}\n"""'
        if ValueReader(SourceText(block), 0).read_quoted() == text:
            return block
    return _quote(text)


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

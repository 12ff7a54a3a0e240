"""What a text file says of itself above its text, between lines of dashes."""

import re

import msgspec

from moe_kit.documents.records import format_record

_BLOCK = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?\n)?(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_ENTRY = re.compile(r"([A-Za-z_][\w .-]{0,60}?)\s*[:=](?:\s+|$)(.*)")
_ITEM = re.compile(r"\s*-\s+(.*)")
_COMMENT = re.compile(r"\s+#.*$")
_BLOCK_MARKS = (">", "|", ">-", "|-", ">+", "|+")
# What tells a program how to show the page, and its reader nothing.
_SETTINGS = frozenset(
    "layout slug permalink template weight draft aliases url toc type id sidebar_position sidebar_label cssclass "
    "output linkcolor published comments nav_order parent has_children".split()
)


class FrontMatter(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says of itself.

    Attributes:
        title: Its title; "" without one.
        record: The rest as one line, "author: Ann; date: 2024-05-01"; settings of programs are left out.
        end: Where the text begins.
    """

    title: str = ""
    record: str = ""
    end: int = 0


def read_front_matter(text: str) -> FrontMatter:
    """Read the block that a text begins with; without one, there is nothing, and the text begins at once.

    YAML and TOML are read as far as people write them there: names with a value, or a list of values.
    """
    block = _BLOCK.match(text)
    if not block:
        return FrontMatter()
    values: dict[str, list[str]] = {}
    name = ""
    for line in (block.group(2) or "").split("\n"):
        entry = _ENTRY.match(line)
        item = _ITEM.match(line)
        if entry:
            name = entry.group(1)
            values.setdefault(name, []).extend(_read_value(entry.group(2)))
        elif name and item:
            values[name] += _read_value(item.group(1))
        elif name and line[:1].isspace() and line.strip():
            values[name] += [line.strip()]
    title = " ".join(values.pop(next((key for key in values if key.lower() == "title"), ""), []))
    shown = ((key, ", ".join(value)) for key, value in values.items() if key.lower() not in _SETTINGS)
    return FrontMatter(title=title, record=format_record(shown), end=block.end())


def _read_value(value: str) -> list[str]:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return [value[1:-1]]
    value = _COMMENT.sub("", value)
    if value.startswith("[") and value.endswith("]"):
        return [part.strip().strip("'\"") for part in value[1:-1].split(",") if part.strip()]
    return [value] if value and value not in _BLOCK_MARKS else []

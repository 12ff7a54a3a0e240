"""A message as text: its headers, its words, the names of what is attached."""

import re
from collections.abc import Collection, Iterator, Sequence
from email.header import decode_header, make_header
from email.message import Message

import msgspec

from moe_kit.documents.encodings import decode_text
from moe_kit.documents.formats.html_page import decode_markup, read_markup
from moe_kit.documents.mail.headers import describe_message
from moe_kit.documents.outline import TextBuilder, collapse

_DEPTH_MAX = 20  # messages within messages, and their parts
_NAMES_MAX = 10
_PARTS_MAX = 1_000  # bounds what a message of parts in parts costs
_PLAIN_SHARE_MIN = 0.3  # a plain part that says less than this of the HTML only asks for another program
_QUOTED = re.compile(r"(?:^>.*\n?)+", re.MULTILINE)
_ATTRIBUTION = re.compile(
    r"^[^\n>]{1,200}(?:wrote|writes|schrieb|a écrit|escribió|ha scritto)[^\n]{0,100}:\s*\Z", re.MULTILINE
)
_READ_TYPES = ("text/plain", "text/markdown", "text/csv")


class _Parts(msgspec.Struct):
    plain: list[str] = msgspec.field(default_factory=list)
    html: list[str] = msgspec.field(default_factory=list)
    attached: list[str] = msgspec.field(default_factory=list)  # names of what is not read
    texts: list[tuple[str, str]] = msgspec.field(default_factory=list)  # attached texts, with their names
    messages: list[Message] = msgspec.field(default_factory=list)  # that are forwarded whole


def add_message(message: Message, builder: TextBuilder, *, known: Collection[str] = (), depth: int = 0) -> list[str]:
    """Append a message.

    Args:
        message: The message.
        builder: Takes its text.
        known: The ids of messages that are read beside it: what it quotes of them is left out.
        depth: In how many messages it stands.

    Returns:
        The names of attached files, which are left out.
    """
    parts = _Parts()
    for part in _iterate_parts(message, 0):
        _take_part(part, parts)
    builder.add(describe_message(message))
    body = _choose_body(parts)
    if body is not None:
        builder.add(_drop_quotes(body) if _answers(message, known) else body)
    else:
        for markup in parts.html:
            read_markup(markup, builder, level=2)
    if parts.attached:
        builder.add(f"Attachments: {list_names(parts.attached)}")
    for name, text in parts.texts:
        builder.begin_section(name or "attachment", 2)
        builder.add(text)
    for inner in parts.messages:
        if depth < _DEPTH_MAX:
            parts.attached += add_message(inner, builder, known=known, depth=depth + 1)
    return parts.attached


def list_names(names: Sequence[str]) -> str:
    """The names of attached files, as many as anybody reads."""
    return ", ".join(names[:_NAMES_MAX]) + (" and more" if len(names) > _NAMES_MAX else "")


def _iterate_parts(message: Message, depth: int) -> Iterator[Message]:
    """The parts that hold something, without those of messages within this one."""
    payload = message.get_payload()
    if message.get_content_maintype() != "multipart" or not isinstance(payload, list):
        yield message
    elif depth < _DEPTH_MAX:
        for part in payload[:_PARTS_MAX]:
            if isinstance(part, Message):
                yield from _iterate_parts(part, depth + 1)


def _take_part(part: Message, parts: _Parts) -> None:
    kind = part.get_content_type()
    name = _read_name(part)
    is_attached = part.get_content_disposition() == "attachment" or bool(name)
    payload = part.get_payload()
    if kind == "message/rfc822" and isinstance(payload, list):
        parts.messages += [inner for inner in payload if isinstance(inner, Message)]
    elif kind in _READ_TYPES and is_attached:
        parts.texts.append((name, _decode(part)))
    elif kind.startswith("multipart/"):  # one without parts
        return
    elif is_attached or not kind.startswith("text/"):
        is_picture = kind.startswith("image/") and part.get_content_disposition() != "attachment"
        if not is_picture:
            parts.attached.append(name or kind)
    elif kind == "text/html":
        parts.html.append(decode_markup(_read_bytes(part), declared=part.get_content_charset() or ""))
    elif kind == "text/plain":
        parts.plain.append(_decode(part))


def _choose_body(parts: _Parts) -> str | None:
    """The plain text; None when the HTML says it better."""
    plain = "\n\n".join(parts.plain).strip()
    if not parts.html:
        return plain
    inner = TextBuilder()
    for markup in parts.html:
        read_markup(markup, inner)
    return plain if len(plain) >= _PLAIN_SHARE_MIN * len(inner) else None


def _answers(message: Message, known: Collection[str]) -> bool:
    ids = f"{message.get('In-Reply-To', '')} {message.get('References', '')}".split()
    return any(identifier in known for identifier in ids)


def _drop_quotes(text: str) -> str:
    """A reply without what it quotes of other messages, and without the line that says whose words follow."""
    pieces = _QUOTED.split(text)
    return "".join(_ATTRIBUTION.sub("", piece) for piece in pieces[:-1]) + pieces[-1]


def _read_name(part: Message) -> str:
    name = part.get_filename() or ""
    try:
        return collapse(str(make_header(decode_header(name))))
    except (LookupError, ValueError):
        return collapse(name)


def _read_bytes(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _decode(part: Message) -> str:
    return decode_text(_read_bytes(part), declared=part.get_content_charset() or "").strip()

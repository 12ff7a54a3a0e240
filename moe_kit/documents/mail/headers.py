"""The headers of a message as people read them."""

from email.errors import HeaderParseError, MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime

from moe_kit.documents.outline import clean_characters, collapse

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_DAY_CHARACTERS = len("2024-05-03")
_CHARACTERS_MAX = 2_000  # a message may go to thousands


def read_header(message: Message, name: str) -> str:
    """A header as one line, in the letters it stands for; "" without one."""
    raw = str(message.get(name, ""))[: 4 * _CHARACTERS_MAX]
    try:
        value = str(make_header(decode_header(raw)))
    except (HeaderParseError, MessageError, LookupError, ValueError):
        value = raw
    return collapse(clean_characters(value))[:_CHARACTERS_MAX]


def describe_message(message: Message) -> str:
    """Who wrote to whom, when and what about, a line each."""
    values = ((name, _read_date(message) if name == "Date" else read_header(message, name)) for name in _SHOWN)
    return "\n".join(f"{name}: {value}" for name, value in values if value)


def name_message(message: Message) -> str:
    """What a message is called: its subject alone is that of many others."""
    subject = read_header(message, "Subject")
    name, address = parseaddr(read_header(message, "From"))
    day = _read_date(message)[:_DAY_CHARACTERS]
    about = ", ".join(filter(None, (f"from {name or address}" if name or address else "", day)))
    return f"{subject} ({about})" if subject and about else subject or about


def _read_date(message: Message) -> str:
    """The date as 2024-05-03 10:12, in the sender's time."""
    value = read_header(message, "Date")
    try:
        return parsedate_to_datetime(value).strftime("%Y-%m-%d %H:%M")
    except (TypeError, ValueError):
        return value

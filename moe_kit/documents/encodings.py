"""Bytes to text, whatever the encoding; what is no text is told apart."""

import codecs
import re
from pathlib import Path
from pkgutil import resolve_name

from moe_core.contracts.errors import DocumentError
from moe_core.files.regular import read_regular
from moe_kit.documents.outline import clean_characters

BYTES_MAX = 64 << 20
PLAIN_BYTES = 256 << 10  # a file of plain characters of this size takes less time to read than a process to start

_SAMPLE_BYTES = 1 << 16  # enough to tell one encoding from another
_GUESS = "charset_normalizer:from_bytes"  # by name: most texts are UTF-8
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins the same
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SIGNATURES = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"\x7fELF",
    b"{\\rtf",
    b"\xd0\xcf\x11\xe0",
)
_CONTROL_BYTES = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))
_CONTROL_SHARE_MAX = 0.05  # text has next to none, bytes at random twice as much
# Encodings that a guess may choose from; more of them make the guess worse.
_CANDIDATES = [
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp932",
    "euc_jp",
    "gb18030",
    "big5",
    "cp949",
    "koi8_r",
]
_WESTERN = re.compile("[À-ÖØ-öø-ÿŒœŠšŽžŸ‘’‚“”„–—…•«»‹›€£¥§©®°º·¼½¾²³¹±×ªµ¡¿\xa0\xad]*")
# Signs that stand at a word's edge in western text; inside a word they betray another encoding.
_SIGN_INSIDE_WORD = re.compile(r"[^\W\d_][£¥§©®¼½¾¡¿«»±¹³¤¦¬][^\W\d_]")


def read_bytes(path: Path, name: str) -> bytes:
    """Read a file.

    Raises:
        DocumentError: It cannot be read, is no regular file, or is larger than 64 MB.
    """
    try:
        return read_regular(path, max_bytes=BYTES_MAX)
    except OSError as error:
        raise DocumentError(
            f"{name} could not be read: {error.strerror or error}",
            path=name,
            hint="check that it exists and is yours to read",
        ) from error


def read_text(path: Path, name: str) -> str:
    r"""Read a text file; its line ends become "\n".

    Raises:
        DocumentError: It cannot be read, or holds no text.
    """
    data = read_bytes(path, name)
    if is_binary(data):
        raise DocumentError(
            f"{name} is not text, whatever its name says", path=name, hint="give it the ending of its format"
        )
    return decode_text(data)


def is_binary(data: bytes) -> bool:
    """Whether these bytes are no text in any encoding: NUL bytes, many control characters, or a known signature."""
    if data.startswith(_SIGNATURES):
        return True
    sample = data[:_SAMPLE_BYTES]
    if find_unicode(sample) is not None:
        return False
    controls = len(sample) - len(sample.translate(None, _CONTROL_BYTES))
    return b"\0" in data or controls > len(sample) * _CONTROL_SHARE_MAX


def find_unicode(data: bytes) -> str | None:
    """The Unicode encoding that a byte order mark, or a regular pattern of NUL bytes, gives away."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding
    even, odd = data[0::2], data[1::2]
    if len(data) >= 8 and odd.count(0) > 0.6 * len(odd) and even.count(0) < 0.05 * len(even):
        return "utf-16-le"
    if len(data) >= 8 and even.count(0) > 0.6 * len(even) and odd.count(0) < 0.05 * len(odd):
        return "utf-16-be"
    return None


def decode_text(data: bytes, *, declared: str = "") -> str:
    r"""Decode bytes of any encoding; line ends become "\n". Never raises.

    Args:
        data: The bytes.
        declared: What the file itself says; believed when it is no valid UTF-8.
    """
    text = _decode(data, declared).removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return clean_characters(text)


def _decode(data: bytes, declared: str) -> str:
    unicode = find_unicode(data[:_SAMPLE_BYTES])
    if unicode is not None:
        return data.decode(unicode, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if declared and _is_known(declared):
        return data.decode(declared, "replace")
    mended = data.decode("utf-8", "replace")
    if mended.count("\ufffd") * 10 < sum(1 for char in mended if not char.isascii()):
        return mended  # UTF-8 with a few broken bytes
    return data.decode(_guess(data), "replace")


def _guess(data: bytes) -> str:
    # The lines that decide are those beyond ASCII.
    sample = b"\n".join(line for line in data.splitlines() if not line.isascii())[:_SAMPLE_BYTES]
    western = sample.decode("cp1252", "ignore")
    beyond = "".join(char for char in western if not char.isascii())
    letters = sum(1 for char in western if char.isalpha())
    accented = sum(1 for char in beyond if char.isalpha())
    if _WESTERN.fullmatch(beyond) and accented <= max(2, 0.4 * letters) and not _SIGN_INSIDE_WORD.search(western):
        return "cp1252"
    best = resolve_name(_GUESS)(sample, cp_isolation=_CANDIDATES).best()
    return best.encoding if best is not None else "cp1252"


def _is_known(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding)._is_text_encoding
    except LookupError:
        return False

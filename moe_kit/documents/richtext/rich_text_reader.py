"""Rich text taken apart: paragraphs and rows of tables as they are shown, with their styles."""

import codecs
import re
from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from moe_kit.documents.richtext.control_words import CHARSETS, KNOWN_GROUPS, MARGINS, SIGNS, SKIPPED_GROUPS

_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL
)
_FONT = re.compile(r"\\f(\d{1,6})\b[^{};]*?\\fcharset(\d{1,3})")
_STYLE = re.compile(r"\\s(\d{1,6})\b[^{};]*? ([^{};\\]{1,80});")
_HEADING = re.compile(r"heading (\d)$", re.IGNORECASE)
_TABLE_BYTES_MAX = 1 << 20  # of the tables of fonts and styles, which stand at the beginning
_GROUPS_MAX = 10_000  # bounds what braces in braces cost; editors nest some ten
_BODY_LEVEL = 9  # outline levels from 0 to 8 are headings, 9 is text


class RichBlock(msgspec.Struct, frozen=True, kw_only=True):
    """A paragraph, or a row of a table.

    Attributes:
        cells: The text; of a row, that of each cell.
        is_row: It is a row of a table.
        level: The level of the heading that it is, from 1; 0 for running text.
        is_title: It is styled as the document's title.
        is_margin: It stands in a header or footer.
    """

    cells: tuple[str, ...]
    is_row: bool = False
    level: int = 0
    is_title: bool = False
    is_margin: bool = False


class _Group(msgspec.Struct, frozen=True):
    """What holds until a group ends."""

    is_skipped: bool = False
    is_hidden: bool = False
    is_margin: bool = False
    is_note: bool = False
    encoding: str = "cp1252"
    fallback: int = 1  # characters that stand for one of Unicode, for readers who know none


class _Paragraph(msgspec.Struct):
    pieces: list[str] = msgspec.field(default_factory=list)
    cells: list[str] = msgspec.field(default_factory=list)
    style: str = ""
    level: int = 0
    in_table: bool = False


class RichTextReader:
    """Reads one file."""

    def __init__(self, data: bytes) -> None:
        """Take a file's bytes."""
        self._text = data.decode("latin-1")
        head = self._text[:_TABLE_BYTES_MAX]
        self._fonts = {font: CHARSETS.get(int(charset), "") for font, charset in _FONT.findall(head)}
        self._styles = dict(_STYLE.findall(head))
        self._group = _Group()
        self._stack: list[_Group] = []
        self._body, self._margin, self._note = _Paragraph(), _Paragraph(), _Paragraph()
        self._bytes = bytearray()
        self._to_skip = 0
        self._is_optional = False
        self._notes: list[str] = []
        self._default = "cp1252"

    def read(self) -> Iterator[RichBlock]:
        """The blocks in order; notes stand behind the paragraph that refers to them."""
        ends = 0  # of binary data, which is passed over
        for match in _TOKEN.finditer(self._text):
            if match.start() < ends:
                continue
            word, number, byte, sign, brace, run = match.groups()
            if byte is None:
                self._flush_bytes()
            if word == "bin":
                ends = match.end() + max(int(number or 0), 0)
            elif word:
                yield from self._take_word(word, number)
            elif byte:
                self._take_byte(byte)
            elif sign:
                if sign == "*":
                    self._is_optional = True
                else:
                    self._add(SIGNS.get(sign, ""))
            elif brace == "{" and len(self._stack) < _GROUPS_MAX:
                self._stack.append(self._group)
            elif brace == "}" and self._stack:
                yield from self._close_group()
                if not self._stack:  # what follows the document's own group is no text
                    break
            elif run:
                skipped = min(self._to_skip, len(run))
                self._to_skip -= skipped
                self._add(run[skipped:].encode("latin-1").decode(self._group.encoding, "replace"))
        self._flush_bytes()
        yield from self._end_paragraph()

    def _close_group(self) -> Iterator[RichBlock]:
        closed, self._group = self._group, self._stack.pop()
        if closed.is_margin and not self._group.is_margin:
            yield from self._end_paragraph(self._margin, is_margin=True)
        if closed.is_note and not self._group.is_note:
            text = _clean("".join(self._note.pieces))
            self._note.pieces.clear()
            self._notes += [text] if text else []

    def _take_word(self, word: str, number: str | None) -> Iterator[RichBlock]:
        is_optional, self._is_optional = self._is_optional, False
        paragraph = self._get_paragraph()
        if word in SKIPPED_GROUPS or (is_optional and word not in KNOWN_GROUPS):
            self._group = replace(self._group, is_skipped=True)
        elif word in MARGINS:
            self._group = replace(self._group, is_margin=True)
        elif word == "footnote":
            self._group = replace(self._group, is_note=True)
        elif word in ("deleted", "v"):
            self._group = replace(self._group, is_hidden=number != "0")
        elif word == "plain":
            self._group = replace(self._group, is_hidden=False)
        elif word == "ansicpg" or word == "f":
            self._change_encoding(word, number or "")
        elif word == "uc":
            self._group = replace(self._group, fallback=min(max(int(number or 1), 0), 10))
        elif word == "u":
            self._add(chr(int(number or 63) % 0x10000))
            self._to_skip = self._group.fallback
        elif word in SIGNS:
            self._add(SIGNS[word])
        elif self._group.is_skipped:
            return
        elif word == "pard":
            paragraph.style, paragraph.level, paragraph.in_table = "", 0, False
        elif word == "s":
            paragraph.style = self._styles.get(number or "", "").strip()
        elif word == "outlinelevel":
            paragraph.level = int(number or 0) + 1 if 0 <= int(number or 0) < _BODY_LEVEL else 0
        elif word == "intbl":
            paragraph.in_table = True
        elif word in ("par", "sect", "page", "cell", "nestcell", "row"):
            yield from self._end_part(word, paragraph)

    def _end_part(self, word: str, paragraph: _Paragraph) -> Iterator[RichBlock]:
        if word == "cell":
            paragraph.cells.append(_clean("".join(paragraph.pieces)))
            paragraph.pieces.clear()
        elif word == "row":
            cells = tuple(paragraph.cells)
            paragraph.cells.clear()
            paragraph.pieces.clear()
            yield RichBlock(cells=cells, is_row=True, is_margin=self._group.is_margin)
        elif paragraph.in_table or word == "nestcell":
            paragraph.pieces.append(" ")
        else:
            yield from self._end_paragraph(paragraph, is_margin=self._group.is_margin)

    def _end_paragraph(self, paragraph: _Paragraph | None = None, *, is_margin: bool = False) -> Iterator[RichBlock]:
        paragraph = paragraph or self._body
        text = _clean("".join(paragraph.pieces))
        paragraph.pieces.clear()
        heading = _HEADING.match(paragraph.style)
        level = int(heading.group(1)) if heading else paragraph.level
        is_title = paragraph.style.lower() == "title"
        if text:
            yield RichBlock(cells=(text,), level=level, is_title=is_title, is_margin=is_margin)
        if not is_margin:
            yield from (RichBlock(cells=(f"Note: {note}",)) for note in self._notes)
            self._notes.clear()

    def _change_encoding(self, word: str, number: str) -> None:
        if word == "ansicpg":
            self._default = _find_codec(f"cp{number}") or self._default
            self._group = replace(self._group, encoding=self._default)
            self._stack = [replace(group, encoding=self._default) for group in self._stack]
        elif not self._group.is_skipped:
            self._group = replace(self._group, encoding=self._fonts.get(number) or self._default)

    def _take_byte(self, byte: str) -> None:
        if self._to_skip:
            self._to_skip -= 1
        else:
            self._bytes.append(int(byte, 16))

    def _flush_bytes(self) -> None:
        if self._bytes:
            text = self._bytes.decode(self._group.encoding, "replace")
            self._bytes.clear()
            self._add(text)

    def _add(self, text: str) -> None:
        if text and not (self._group.is_skipped or self._group.is_hidden):
            self._get_paragraph().pieces.append(text)

    def _get_paragraph(self) -> _Paragraph:
        return self._note if self._group.is_note else self._margin if self._group.is_margin else self._body


def _find_codec(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


def _clean(text: str) -> str:
    """Lines without needless spaces; characters that were written as two halves are put together."""
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))

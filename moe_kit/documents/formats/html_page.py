"""HTML pages: their own words in reading order, without scripts, menus and page furniture."""

import re
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from moe_core.contracts.errors import DocumentError
from moe_core.contracts.evidence import Document
from moe_core.contracts.loader import Loaded
from moe_kit.documents.encodings import decode_text, is_binary, read_bytes
from moe_kit.documents.outline import TextBuilder, collapse

_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_LISTS = frozenset(("ul", "ol"))
_ARTICLES = frozenset(("article", "main"))
# Parsers look through all open elements at many a tag, so that depth costs its square.
_DEPTH_MAX = 5_000
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Often left open on purpose, or never closed; none of them opens another level of its kind.
_SHALLOW = frozenset(
    (
        "area base br col embed hr img input link meta param source track wbr p li dt dd option optgroup tr td th "
        "thead tbody tfoot rt rp"
    ).split()
)
_NEVER = frozenset(
    "script style noscript template svg math head iframe object canvas audio video select datalist".split()
)
_FURNITURE = frozenset("nav footer aside button input textarea dialog menu".split())
_FURNITURE_ROLES = frozenset("navigation banner contentinfo complementary search dialog alertdialog menu".split())
_BLOCKS = frozenset(
    (
        "address article blockquote body caption center dd details div dl dt fieldset figcaption figure footer form "
        "header hr html legend li main ol p pre section summary table tbody td tfoot th thead title tr ul"
    ).split()
)
_CHARSET = re.compile(rb"<(?:meta\s[^>]*?charset|\?xml\s[^>]*?encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
# In XHTML `<script/>` is complete; an HTML parser would take the rest of the page for its content.
_SELF_CLOSED = re.compile(
    r"<(script|style|title|textarea|iframe|a|p|div|span|td|th|li|i|b|em|strong|sup|h[1-6])(\s[^<>]*)?/>"
)


def load_html(path: Path, document_id: str) -> Loaded:
    """Read an HTML or XHTML file as one document; its title is the page's, or the first heading."""
    data = read_bytes(path, document_id)
    if is_binary(data):
        raise DocumentError(f"{document_id} is not HTML, whatever its name says", path=document_id)
    builder = TextBuilder()
    title = read_markup(decode_markup(data), builder)
    text, sections = builder.build()
    return Loaded(
        documents=(
            Document(
                document_id=document_id,
                title=title or (sections[0].title if sections else ""),
                text=text,
                source=document_id,
                media_type="text/html",
                sections=sections,
            ),
        )
    )


def decode_markup(data: bytes) -> str:
    """Decode HTML or XML, heeding what it declares."""
    declared = _CHARSET.search(data[:4096])
    return decode_text(data, declared=declared.group(1).decode("ascii") if declared else "")


def read_markup(markup: str, builder: TextBuilder, *, level: int = 0) -> str:
    """Append a page's text to a builder.

    Args:
        markup: HTML or XHTML.
        builder: Takes the blocks and headings.
        level: Added to every heading's level.

    Returns:
        The page's title, or "".

    Raises:
        RecursionError: It is nested far deeper than any page.
    """
    _refuse_depth(markup)
    tree = LexborHTMLParser(_SELF_CLOSED.sub(r"<\1\2></\1>", markup))
    before = len(builder)
    _PageReader(builder, level, drop_furniture=True).read(tree)
    if len(builder) == before:  # a page that is all furniture still says something
        _PageReader(builder, level, drop_furniture=False).read(tree)
    title = tree.css_first("title")
    return collapse(title.text()) if title else ""


class _PageReader:
    """Walks a page without recursion: its nesting is the author's to choose."""

    def __init__(self, builder: TextBuilder, level: int, *, drop_furniture: bool) -> None:
        self._builder = builder
        self._level = level
        self._drop_furniture = drop_furniture
        self._inline: list[str] = []
        self._prefix = ""
        self._tight = False
        self._list_depth = 0
        self._items = 0
        self._articles = 0  # that are open

    def read(self, tree: LexborHTMLParser) -> None:
        root = tree.root
        stack: list[tuple[LexborNode, bool]] = [(root, False)] if root else []
        while stack:
            node, is_done = stack.pop()
            tag = node.tag or ""
            if is_done:
                self._leave(tag)
            elif self._enter(node, tag):
                stack.append((node, True))
                stack += [(child, False) for child in reversed(list(node.iter(include_text=True)))]
        self._flush()

    def _enter(self, node: LexborNode, tag: str) -> bool:
        """Take a node in; whether its children are still to be read."""
        if node.is_text_node:
            self._inline.append(re.sub(r"\s+", " ", node.text() or ""))
            return False
        if self._is_dropped(node, tag):
            return False
        if tag == "br":
            self._inline.append("\n")
        elif tag in _HEADINGS:
            self._flush()
            self._builder.add_heading(_read_inline(node), _HEADINGS[tag] + self._level)
        elif tag == "pre":
            self._flush()
            self._builder.add(node.text(deep=True))
        elif tag == "table" and not node.css_first("table table, h1, h2, h3, h4, pre, ul, ol"):
            self._flush()
            self._add_table(node)
        else:
            if tag in _BLOCKS:
                self._flush()
            self._articles += tag in _ARTICLES
            self._begin_list(tag)
            return True
        return False

    def _leave(self, tag: str) -> None:
        self._articles -= tag in _ARTICLES
        if tag in _BLOCKS:
            self._flush()
        if tag == "li":
            self._prefix, self._tight = "", False
        elif tag in _LISTS:
            self._list_depth -= 1

    def _begin_list(self, tag: str) -> None:
        """Items follow one another without blank lines, those of inner lists too."""
        if tag in _LISTS:
            if not self._list_depth:
                self._items = 0
            self._list_depth += 1
        elif tag == "li":
            self._prefix, self._tight = "- ", self._items > 0
            self._items += 1

    def _is_dropped(self, node: LexborNode, tag: str) -> bool:
        if tag in _NEVER or tag.startswith(("-", "_", "!")):
            return True
        attributes = node.attributes
        if "hidden" in attributes or (attributes.get("aria-hidden") or "").lower() == "true":
            return True
        if not self._drop_furniture:
            return False
        if tag == "header":  # a page's header is furniture, an article's is its beginning
            return not self._articles
        return tag in _FURNITURE or (attributes.get("role") or "").lower() in _FURNITURE_ROLES

    def _add_table(self, table: LexborNode) -> None:
        caption = table.css_first("caption")
        if caption:
            self._builder.add(_read_inline(caption))
        is_first = True
        for row in table.css("tr"):
            cells = [_read_inline(cell) for cell in row.iter() if cell.tag in ("td", "th")]
            if any(cells):
                self._builder.add(" | ".join(cells), tight=not is_first)
                is_first = False

    def _flush(self) -> None:
        lines = "".join(self._inline).split("\n")
        self._inline.clear()
        block = "\n".join(filter(None, map(collapse, lines)))
        if block:
            self._builder.add(self._prefix + block, tight=self._tight)
            self._prefix, self._tight = "", False


def _read_inline(node: LexborNode) -> str:
    """All text of an element as one line."""
    pieces: list[str] = []
    stack = [node]
    while stack:
        current = stack.pop()
        if current.is_text_node:
            pieces.append(current.text() or "")
        elif (current.tag or "") not in _NEVER:
            if current.tag in _BLOCKS or current.tag == "br":
                pieces.append(" ")
            stack += reversed(list(current.iter(include_text=True)))
    return collapse("".join(pieces))


def _refuse_depth(markup: str) -> None:
    """Look at the tags alone; a page of lists and tables nests one level more for each of its own."""
    if markup.count("<") <= _DEPTH_MAX:
        return
    depth = 0
    for match in _TAG.finditer(markup):
        if match.group(2).lower() in _SHALLOW:
            continue
        depth += -1 if match.group(1) else 1
        depth = max(depth, 0)
        if depth > _DEPTH_MAX:
            raise RecursionError

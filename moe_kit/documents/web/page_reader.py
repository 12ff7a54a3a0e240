"""A page's words in reading order."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from moe_kit.documents.outline import TextBuilder, collapse
from moe_kit.documents.web.furniture import NEVER_READ, Furniture, is_hidden
from moe_kit.documents.web.page_tables import is_data_table, read_rows

_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_LISTS = frozenset(("ul", "ol"))
_ARTICLES = frozenset(("article", "main"))
BLOCKS = frozenset(
    (
        "address article blockquote body caption center dd details div dl dt fieldset figcaption figure footer form "
        "header hr html legend li main ol p pre section summary table tbody td tfoot th thead title tr ul"
    ).split()
)
_CODE_CLASS = re.compile(r"code|highlight|programlisting|literal|screen|language|synopsis|rust", re.IGNORECASE)
_FENCE = "```"


class PageReader:
    """Walks a page without recursion: its nesting is the author's to choose."""

    def __init__(self, builder: TextBuilder, level: int, furniture: Furniture | None) -> None:
        """Begin.

        Args:
            builder: Takes the blocks and headings.
            level: Added to every heading's level.
            furniture: Tells what is passed over; None to read it all.
        """
        self._builder = builder
        self._level = level
        self._furniture = furniture
        self._inline: list[str] = []
        self._prefix = ""
        self._tight = False
        self._lists: list[int | None] = []  # those that are open: the number of the next item, None without numbers
        self._items = 0
        self._articles = 0  # that are open
        self._terms: list[str] = []  # what the next description describes
        self._has_heading = False

    def read(self, tree: LexborHTMLParser) -> None:
        """Append all that the page says."""
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
        self._flush_terms()

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
            self._flush_terms()
            self._builder.add_heading(self._read_inline(node), _HEADINGS[tag] + self._level)
            self._has_heading = True
        elif tag == "pre":
            self._flush()
            self._add_code(node)
        elif tag == "table" and is_data_table(node):
            self._flush()
            self._add_table(node)
        elif tag == "dt":
            self._flush()
            self._terms.append(self._read_inline(node))
        else:
            if tag in BLOCKS:
                self._flush()
            self._articles += tag in _ARTICLES or node.attributes.get("role") == "main"
            self._begin(node, tag)
            return True
        return False

    def _leave(self, tag: str) -> None:
        self._articles -= tag in _ARTICLES
        if tag in BLOCKS:
            self._flush()
        if tag == "li":
            self._prefix, self._tight = "", False
        elif tag in ("dd", "dl"):
            self._flush_terms()
        elif tag in _LISTS and self._lists:
            self._lists.pop()

    def _begin(self, node: LexborNode, tag: str) -> None:
        """Items follow one another without blank lines, those of inner lists too."""
        if tag in _LISTS:
            if not self._lists:
                self._items = 0
            start = (node.attributes.get("start") or "1").strip()
            self._lists.append((int(start) if start.isdecimal() and len(start) < 7 else 1) if tag == "ol" else None)
        elif tag == "li":
            number = self._lists[-1] if self._lists else None
            self._prefix = "- " if number is None else f"{number}. "
            if number is not None:
                self._lists[-1] = number + 1
            self._tight = self._items > 0
            self._items += 1
        elif tag == "dd" and self._terms:
            self._prefix = " / ".join(filter(None, self._terms)).rstrip(" :") + ": "
            self._terms.clear()

    def _is_dropped(self, node: LexborNode, tag: str) -> bool:
        if tag in NEVER_READ or tag.startswith(("-", "_", "!")) or is_hidden(node.attributes):
            return True
        return self._furniture is not None and self._furniture.has(
            node, tag, in_article=self._articles > 0, before_heading=not self._has_heading
        )

    def _add_table(self, table: LexborNode) -> None:
        self._flush_prefix()
        caption = table.css_first("caption")
        if caption:
            self._builder.add(self._read_inline(caption))
        for number, line in enumerate(read_rows(table, self._read_inline)):
            self._builder.add(line, tight=number > 0)

    def _add_code(self, node: LexborNode) -> None:
        """Code as it stands, between fences so that it stays together, below the line that announces it."""
        self._flush_prefix()
        text = node.text(deep=True).strip("\n").rstrip()
        parent = node.parent
        around = parent.attributes.get("class") if parent is not None else None
        names = f"{node.attributes.get('class') or ''} {around or ''}"
        is_code = node.css_first("code") is not None or _CODE_CLASS.search(names) is not None
        if text.strip() and is_code and _FENCE not in text:
            self._builder.add(f"{_FENCE}\n{text}\n{_FENCE}", tight=self._builder.ends_with(":"))
        else:
            self._builder.add(text)

    def _flush(self) -> None:
        lines = "".join(self._inline).split("\n")
        self._inline.clear()
        block = "\n".join(filter(None, map(collapse, lines)))
        if block:
            self._builder.add(self._prefix + block, tight=self._tight)
            self._prefix, self._tight = "", False

    def _flush_prefix(self) -> None:
        """Write what stands before a block that is no line of text."""
        if self._prefix.strip(" -:"):
            self._builder.add(self._prefix, tight=self._tight)
        self._prefix, self._tight = "", False

    def _flush_terms(self) -> None:
        """Write terms that nothing describes."""
        for term in self._terms:
            self._builder.add(term)
        self._terms.clear()

    def _read_inline(self, node: LexborNode) -> str:
        """All text of an element as one line."""
        pieces: list[str] = []
        stack = [node]
        while stack:
            current = stack.pop()
            tag = current.tag or ""
            if current.is_text_node:
                pieces.append(current.text() or "")
            elif current is node or not self._is_dropped(current, tag):
                if tag in BLOCKS or tag == "br":
                    pieces.append(" ")
                stack += reversed(list(current.iter(include_text=True)))
        return collapse("".join(pieces))

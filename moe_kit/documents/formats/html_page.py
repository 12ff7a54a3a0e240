"""HTML pages: their own words in reading order, without scripts, menus and page furniture."""

import re
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from moe_core.contracts.errors import DocumentError
from moe_core.contracts.loader import Loaded
from moe_kit.documents.encodings import decode_text, is_binary, read_bytes
from moe_kit.documents.outline import TextBuilder, collapse
from moe_kit.documents.web.furniture import Furniture
from moe_kit.documents.web.page_reader import PageReader

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
    document = builder.build_document(document_id, media_type="text/html", title=title, takes_heading=True)
    return Loaded(documents=(document,))


def decode_markup(data: bytes, *, declared: str = "") -> str:
    """Decode HTML or XML, heeding what it declares, or what was declared for it."""
    found = _CHARSET.search(data[:4096])
    return decode_text(data, declared=declared or (found.group(1).decode("ascii") if found else ""))


def read_markup(markup: str, builder: TextBuilder, *, level: int = 0, has_furniture: bool = True) -> str:
    """Append a page's text to a builder.

    Args:
        markup: HTML or XHTML.
        builder: Takes the blocks and headings.
        level: Added to every heading's level.
        has_furniture: It may have menus and the like around its text, as pages of a site have.

    Returns:
        The page's title, or "".

    Raises:
        RecursionError: It is nested far deeper than any page.
    """
    _refuse_depth(markup)
    tree = LexborHTMLParser(_SELF_CLOSED.sub(r"<\1\2></\1>", markup))
    before = len(builder)
    PageReader(builder, level, Furniture(tree) if has_furniture else None).read(tree)
    if len(builder) == before and has_furniture:  # a page that is all furniture still says something
        PageReader(builder, level, None).read(tree)
    title = tree.css_first("title")
    return collapse(title.text()) if title else ""


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

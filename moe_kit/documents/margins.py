"""Headers and footers of pages, which a document has once, whatever its pages repeat."""

from collections.abc import Iterable

from moe_kit.documents.outline import TextBuilder


def add_margins(lines: Iterable[str], builder: TextBuilder) -> None:
    """Append a section of what stands in headers and footers, each line once; none where nothing does."""
    once = list(dict.fromkeys(filter(None, lines)))
    if once:
        builder.begin_section("header or footer", 1)
        for line in once:
            builder.add(line)

"""Pages and books: web pages, PDF, EPUB."""

from moe_core import Loader, hookimpl
from moe_kit.documents.named_reader import NamedReaderLoader

_FORMATS = "moe_kit.documents.formats"


class HtmlLoader(NamedReaderLoader):
    """Reads HTML."""

    name = "html"
    summary = "Web pages"
    label = "HTML"
    suffixes = (".html", ".htm", ".xhtml")
    reader = f"{_FORMATS}.html_page:load_html"


class PdfLoader(NamedReaderLoader):
    """Reads PDF."""

    name = "pdf"
    summary = "PDF, page by page"
    label = "PDF"
    suffixes = (".pdf",)
    signatures = (b"%PDF-",)
    reader = f"{_FORMATS}.pdf:load_pdf"


class EpubLoader(NamedReaderLoader):
    """Reads EPUB."""

    name = "epub"
    summary = "Electronic books, their chapters as sections"
    label = "EPUB"
    suffixes = (".epub",)
    reader = f"{_FORMATS}.epub:load_epub"


@hookimpl
def moe_loaders() -> list[type[Loader]]:
    """All of them."""
    return [HtmlLoader, PdfLoader, EpubLoader]

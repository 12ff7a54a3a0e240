"""Plain characters: text, Markdown, tables and records."""

from moe_core import Loader, hookimpl
from moe_kit.documents.encodings import PLAIN_BYTES
from moe_kit.documents.named_reader import NamedReaderLoader

_FORMATS = "moe_kit.documents.formats"


class TextLoader(NamedReaderLoader):
    """Reads plain text."""

    name = "text"
    summary = "Plain text of any encoding"
    label = "plain text"
    suffixes = (".txt", ".text", ".log", ".rst", ".adoc", ".org")
    plain_bytes = PLAIN_BYTES
    reader = f"{_FORMATS}.txt:load_txt"


class MarkdownLoader(NamedReaderLoader):
    """Reads Markdown."""

    name = "markdown"
    summary = "Markdown, its headings as sections"
    label = "Markdown"
    suffixes = (".md", ".markdown", ".mdown", ".mkd")
    plain_bytes = PLAIN_BYTES
    reader = f"{_FORMATS}.md:load_md"


class CsvLoader(NamedReaderLoader):
    """Reads table."""

    name = "csv"
    summary = "Tables as text, a record a line"
    label = "table"
    suffixes = (".csv", ".tsv", ".tab")
    plain_bytes = PLAIN_BYTES
    reader = f"{_FORMATS}.csv_table:load_csv"


class JsonLoader(NamedReaderLoader):
    """Reads JSON."""

    name = "json"
    summary = "JSON, a record a line"
    label = "JSON"
    suffixes = (".json", ".geojson")
    plain_bytes = PLAIN_BYTES
    reader = f"{_FORMATS}.json_tree:load_json"


class JsonlLoader(NamedReaderLoader):
    """Reads JSON lines."""

    name = "jsonl"
    summary = "JSON lines: a corpus of any size, or records"
    label = "JSON lines"
    suffixes = (".jsonl", ".ndjson")
    max_bytes = None
    plain_bytes = PLAIN_BYTES
    reader = f"{_FORMATS}.jsonl:load_jsonl"


@hookimpl
def moe_loaders() -> list[type[Loader]]:
    """All of them."""
    return [TextLoader, MarkdownLoader, CsvLoader, JsonLoader, JsonlLoader]

"""What to do with files of well-known formats that nobody reads."""

from pathlib import Path

_REMEDIES = {
    ".doc": "save it as .docx",
    ".msg": "save it as .eml",
    ".pages": "export it as .docx or .pdf",
    ".ppt": "save it as .pptx",
    ".numbers": "export it as .xlsx",
    ".key": "export it as .pptx",
    ".mobi": "convert it to .epub",
    ".azw3": "convert it to .epub",
    ".zip": "unpack it",
    ".gz": "unpack it",
    ".tar": "unpack it",
    ".7z": "unpack it",
    ".yaml": "save it as .txt",
    ".yml": "save it as .txt",
    ".xml": "save it as .txt",
    ".tex": "save it as .txt, or give the .pdf made from it",
}


def find_remedy(path: Path) -> str | None:
    """What makes a file readable, by its ending; None when nothing is known."""
    return _REMEDIES.get(path.suffix.lower())

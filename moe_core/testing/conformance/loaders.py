"""What every loader must hold to."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from moe_core.contracts.errors import DocumentError
from moe_core.contracts.loader import Loaded, Loader, find_fault
from moe_core.testing.conformance.verdict import refusing, require, require_introduction

_RUBBISH = {"empty": b"", "zeros": bytes(64), "text": b"nothing of the kind", "bytes": bytes(range(256)) * 4}


def check_loader(loader: type[Loader], samples: Mapping[str, bytes]) -> None:
    """Check a loader: its endings, determinism, offsets, notes, and that rubbish is refused in one line or read.

    Args:
        loader: The class.
        samples: By file name, the content of files that it must read.

    Raises:
        ConformanceError: It breaks the contract.
    """
    name = require_introduction(loader)
    require(loader.suffixes or loader.signatures, f"{name} reads no file: it has neither suffixes nor signatures")
    for suffix in loader.suffixes:
        is_ending = suffix.startswith(".") and len(suffix) > 1 and suffix == suffix.lower()
        require(is_ending, f"{name} has the suffix {suffix!r}; write it with the dot, in lower case")
    require(samples, f"{name} has no sample to read")
    with tempfile.TemporaryDirectory() as folder:
        for file, content in samples.items():
            path = Path(folder) / file
            path.write_bytes(content)
            with refusing(f"{name} fails on {file}"):
                first, again = _read(loader, path, file), _read(loader, path, file)
            require(first == again, f"{name} reads {file} otherwise the second time")
            require(any(document.text.strip() for document in first.documents), f"{name} finds no text in {file}")
            _check_loaded(name, file, first)
        for what, content in _RUBBISH.items():
            _check_rubbish(loader, name, Path(folder) / f"rubbish{(*loader.suffixes, '')[0]}", what, content)


def _read(loader: type[Loader], path: Path, file: str) -> Loaded:
    loaded = loader().load(path, file)
    parts = [loaded] if isinstance(loaded, Loaded) else list(loaded)
    return Loaded(
        documents=tuple(document for part in parts for document in part.documents),
        notes=tuple(note for part in parts for note in part.notes),
    )


def _check_loaded(name: str, file: str, loaded: Loaded) -> None:
    fault = find_fault(loaded)
    require(fault is None, f"{name} gives {fault} for {file}")
    ids = [document.document_id for document in loaded.documents]
    require(len(set(ids)) == len(ids), f"{name} gives two documents of {file} the same id")
    for note in loaded.notes:
        require(note and "\n" not in note, f"{name} has a note on {file} that is no line")
    for document in loaded.documents:
        require("\r" not in document.text, f"{name} leaves carriage returns in {file}")


def _check_rubbish(loader: type[Loader], name: str, path: Path, what: str, content: bytes) -> None:
    path.write_bytes(content)
    try:
        _check_loaded(name, path.name, _read(loader, path, path.name))
    except DocumentError as error:
        require("\n" not in error.message, f"{name} refuses {what} in more than one line")
    except Exception:  # noqa: BLE001 - whatever a format's library raises is told as damage
        return

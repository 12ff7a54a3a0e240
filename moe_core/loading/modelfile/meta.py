"""META: example requests, words that speak for an agent, and whatever else a modelfile keeps."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from moe_core.contracts.wire import JsonObject
from moe_core.loading.modelfile.routing_files import read_examples_file, read_vocabulary_file
from moe_core.schemas.plain_json import MisfitError

T = TypeVar("T")

_TAKEN = ("examples", "examples_file", "vocabulary_file")


def read_meta(block: Mapping[str, Any], folder: Path | None) -> tuple[JsonObject, tuple[str, ...]]:
    """Everything that META keeps, and the example requests.

    `examples_file` names a text file with further examples; `vocabulary_file` one whose words become
    `meta["vocabulary"]`.

    Args:
        block: META's content.
        folder: Where the files lie; None forbids them.

    Raises:
        MisfitError: An example is no text, or a file cannot be read; `keys` says where.
    """
    meta = {key: value for key, value in block.items() if key not in _TAKEN}
    given = block.get("examples", [])
    for index, example in enumerate(given if isinstance(given, list) else [given]):
        if not isinstance(example, str) or not example.strip():
            keys = ("examples", index) if isinstance(given, list) else ("examples",)
            raise MisfitError("an example is a request in words", keys)
    examples = tuple(given) if isinstance(given, list) else (given,)
    if "examples_file" in block:
        examples += _read(block, "examples_file", folder, read_examples_file)
    if "vocabulary_file" in block:
        meta["vocabulary"] = _read(block, "vocabulary_file", folder, read_vocabulary_file)
    return meta, examples


def _read(block: Mapping[str, Any], key: str, folder: Path | None, reader: Callable[[str, Path | None], T]) -> T:
    reference = block[key]
    if not isinstance(reference, str) or not reference.strip():
        raise MisfitError("takes the name of a text file", (key,), f'{key}: "name.txt"')
    try:
        return reader(reference.strip(), folder)
    except MisfitError as problem:
        raise MisfitError(str(problem), (key,), problem.hint) from None

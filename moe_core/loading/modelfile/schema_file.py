"""JSON Schema from a file beside the modelfile."""

import json
from collections.abc import Mapping
from pathlib import Path

from moe_core.contracts.wire import JsonObject
from moe_core.loading.modelfile.plain_json import MisfitError, copy_json
from moe_core.loading.modelfile.schema_check import check_schema

MAX_BYTES = 1_000_000


def read_schema_file(reference: str, folder: Path | None) -> JsonObject:
    """Read a schema as it stands, without shorthand.

    Args:
        reference: A path relative to the folder, which it may not leave.
        folder: Where to look; None when there is no folder.

    Raises:
        MisfitError: There is no such file in the folder, or it holds no valid JSON Schema.
    """
    if folder is None:
        raise MisfitError(f"'@{reference}' needs a modelfile that lies in a folder")
    try:
        path = (folder / reference).resolve()
        is_inside = path.is_relative_to(folder.resolve())
        if is_inside and not path.is_file():
            raise MisfitError(f"there is no file {reference!r} beside the modelfile")
        if is_inside and path.stat().st_size > MAX_BYTES:
            raise MisfitError(f"{reference!r} is larger than {MAX_BYTES:,} bytes")
        data = path.read_bytes() if is_inside else b""
    except MisfitError:
        raise
    except (OSError, ValueError, RuntimeError) as error:
        raise MisfitError(f"cannot read {reference!r:.80}: {error}") from None
    if not is_inside:
        hint = "copy the schema beside the modelfile"
        raise MisfitError(f"{reference!r:.80} lies outside the modelfile's folder", (), hint)
    return _parse(reference, data)


def _parse(reference: str, data: bytes) -> JsonObject:
    try:
        schema = copy_json(json.loads(data.decode("utf-8-sig"), parse_constant=_refuse))
        check_schema(schema)
    except MisfitError as problem:
        place = "".join(f"/{key}" for key in problem.keys)
        raise MisfitError(f"{reference}{place}: {problem}", (), problem.hint) from None
    except (ValueError, RecursionError) as error:
        raise MisfitError(f"{reference!r} is no JSON: {error}") from None
    if not isinstance(schema, Mapping):
        raise MisfitError(f"{reference!r} holds no map")
    return schema


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON number")

"""JSON Schema from a file beside the modelfile."""

import json
from collections.abc import Mapping
from pathlib import Path

from moe_core.contracts.wire import JsonObject
from moe_core.loading.modelfile.sibling import read_sibling
from moe_core.schemas.grammar import check_schema
from moe_core.schemas.plain_json import MisfitError, copy_json


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
    return _parse(reference, read_sibling(reference, folder))


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

"""The files of a config folder, one layer each."""

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from errno import EFBIG
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from moe_core.contracts.errors import ConfigError
from moe_core.files.regular import read_regular
from moe_core.loading.config.layers import Layer, LayerName, Origin
from moe_core.loading.config.settings import Settings
from moe_core.loading.config.yaml_values import YamlMapping, parse_yaml

FOLDER = "config"
MAX_BYTES = 1_000_000


class Parse(Protocol):
    """Reads a YAML document whose top level is a mapping."""

    def __call__(self, text: str, *, source: str) -> YamlMapping:
        """What it says."""
        ...


def iterate_file_layers(
    schema: type[Settings],
    root: Path,
    layer: LayerName,
    *,
    bundled: Path | None = None,
    parse: Parse = parse_yaml,
    left_out: Collection[Path] = (),
) -> Iterator[tuple[Path, Layer]]:
    """Read the known files of `root/config`, in the order of the schema's fields.

    Args:
        schema: Has one field a file.
        root: The folder that holds `config/`; neither needs to exist.
        layer: What to call it.
        bundled: A root whose identical files are not read again (a checkout of moe is both).
        parse: In place of `parse_yaml`.
        left_out: Files that are passed over.

    Raises:
        ConfigError: A file cannot be read or is not well formed, or a file's name is nearly one of ours.
    """
    folder = root / FOLDER
    for field in schema.model_fields:
        path = folder / f"{field}.yaml"
        if path in left_out or (not path.exists() and not path.is_symlink()):
            continue
        content = _read_bytes(path)
        if bundled is not None and _holds(bundled / FOLDER / path.name, content):
            continue
        yield path, _build_layer(field, path, content, layer, parse)
    _refuse_near_names(schema, folder, left_out)


def _read_bytes(path: Path) -> bytes:
    hint = "make it readable, or remove it"
    try:
        if not path.is_file():  # a pipe would be waited for
            reason = "is a folder" if path.is_dir() else "is not there" if not path.exists() else "is no ordinary file"
            raise ConfigError(f"{path} {reason}", source=str(path), hint=hint)
        return read_regular(path, max_bytes=MAX_BYTES)
    except OSError as error:
        if error.errno == EFBIG:
            what = f"{path} is larger than {MAX_BYTES:,} bytes"
            raise ConfigError(what, source=str(path), hint="is it the right file?") from error
        raise ConfigError(f"cannot read {path}: {error.strerror}", source=str(path), hint=hint) from error


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and read_regular(path, max_bytes=len(content)) == content
    except OSError:
        return False


def _decode(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        place = f"{path}:{line}"
        raise ConfigError(f"{place}: not UTF-8 text", source=place, hint="save the file as UTF-8") from error


def _build_layer(field: str, path: Path, content: bytes, layer: LayerName, parse: Parse) -> Layer:
    parsed = parse(_decode(path, content), source=str(path))
    if not parsed.values:
        return Layer()
    lines = {(): 1, **parsed.lines}
    place = f"{FOLDER}/{path.name}"
    origins = {
        (field, *inner): Origin(layer=layer, place=f"{place}:{line}", source=f"{path}:{line}")
        for inner, line in lines.items()
    }
    return Layer(values={field: parsed.values}, origins=origins)


def _refuse_near_names(schema: type[Settings], folder: Path, left_out: Collection[Path]) -> None:
    """A misspelt file of ours is an error; other YAML files in a project's config/ belong to other programs."""
    try:
        names = sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))
    except OSError:
        return
    for path in names:
        if path in left_out or (path.suffix == ".yaml" and path.stem in schema.model_fields):
            continue
        close = get_close_matches(path.stem.lower(), schema.model_fields, n=1, cutoff=0.8)
        if close and _is_ours(schema, path, close[0]):
            raise ConfigError(
                f"{path} is not read: moe knows no config file of that name",
                source=str(path),
                hint=f"did you mean {close[0]}.yaml?",
            )


def _is_ours(schema: type[Settings], path: Path, field: str) -> bool:
    """Whether at least one top-level key would be at home in that field's file."""
    try:
        values = parse_yaml(_decode(path, _read_bytes(path)), source=str(path)).values
    except ConfigError:
        return False
    for key, value in values.items():
        try:
            schema.model_validate({field: {key: value}})
        except ValidationError:
            continue
        return True
    return False

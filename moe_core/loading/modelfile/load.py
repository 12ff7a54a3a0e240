"""Modelfiles from disk."""

import os
from errno import EFBIG
from pathlib import Path

from moe_core.contracts.agent import AgentSpec
from moe_core.contracts.errors import ModelfileError
from moe_core.files.regular import read_regular
from moe_core.loading.modelfile.agent import build_agent
from moe_core.loading.modelfile.codes import Code
from moe_core.loading.modelfile.commands import Modelfile
from moe_core.loading.modelfile.parser import parse_modelfile

MAX_BYTES = 1_000_000


def load_modelfile(path: Path | str) -> Modelfile:
    """Read and parse a modelfile.

    Raises:
        ModelfileError: It is missing, larger than a megabyte, not UTF-8 (or UTF-16 with a byte order
            mark), or not well formed.
    """
    data = _read(Path(path))
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, errors="replace")
        raise ModelfileError(
            f"byte {error.start + 1} is no {encoding.upper()} text",
            error_code=Code.NOT_TEXT.value,
            line=before.count("\n") + 1,
            column=len(before) - before.rfind("\n"),
            path=str(path),
            hint="save the file as UTF-8",
        ) from None
    return parse_modelfile(text, str(path))


def load_agent(path: Path | str) -> AgentSpec:
    """Read a modelfile as an agent, named after the file when it has no NAME.

    Raises:
        ModelfileError: As for `load_modelfile` and `build_agent`.
    """
    path = Path(path)
    return build_agent(load_modelfile(path), name=path.stem, folder=path.parent)


def _read(path: Path) -> bytes:
    reason, hint = "", None
    try:
        if not os.path.exists(path):
            reason, hint = "there is no such file", "check the path"
        elif not os.path.isfile(path):
            reason, hint = "it is no file", "name a .moe file"
        else:
            return read_regular(path, max_bytes=MAX_BYTES)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        hint = "keep long material in documents" if getattr(error, "errno", None) == EFBIG else None
    raise ModelfileError(
        f"cannot read the modelfile: {reason}",
        error_code=Code.UNREADABLE.value,
        line=1,
        column=1,
        path=str(path),
        hint=hint,
    )

"""Files that were sent, on their way into a collection."""

import shutil
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import BinaryIO

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from moe.server.body import CarriedProblem, join_pointer
from moe.server.problems import ProblemError, ProblemPart
from moe_core.contracts.errors import RequestError

FOLDER = ".uploads"
_NAME_BYTES_MAX = 200
_FIELDS_MAX = 101  # a name, and documents of the server's
_LEFT_SECONDS = 86_400.0  # what a server that was killed has left behind is older


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """One file of a form.

    Attributes:
        name: What it is called in the collection: one word of a path, whatever the sender called it.
        content: What it holds.
    """

    name: str
    content: BinaryIO


@asynccontextmanager
async def read_form(request: Request, *, files_max: int) -> AsyncIterator[FormData]:
    """The form that a request sends; its files are gone after the block.

    Raises:
        ProblemError: It is none, or holds too much.
    """
    said = request.headers.get("content-type", "")
    if said.partition(";")[0].strip().lower() != "multipart/form-data":
        raise ProblemError(
            "media_type",
            f"the body is said to be {said!r}" if said else "nothing is said of what the body is",
            hint="send the files as multipart/form-data: curl -F name=papers -F files=@notes.md",
        )
    try:
        form = await request.form(max_files=files_max, max_fields=_FIELDS_MAX)
    except CarriedProblem:
        raise
    except HTTPException as error:
        raise ProblemError("invalid_form", f"the form cannot be read: {error.detail}") from error
    except (ValueError, KeyError) as error:
        raise ProblemError("invalid_form", "the form cannot be read") from error
    try:
        yield form
    finally:
        await form.close()


def list_docs(form: FormData) -> list[str]:
    """The files and folders of the server's own that a form names."""
    return [value for value in form.getlist("docs") if isinstance(value, str) and value]


def list_files(form: FormData) -> list[SentFile]:
    """The files of a form, each by a name that leads nowhere.

    Raises:
        ProblemError: There is none, nor a name of one of the server's; or a name is none; which.
    """
    unknown = [name for name in form if name not in ("name", "files", "docs")]
    if unknown:
        detail = "no such field; there are name, files, docs"
        parts = tuple(ProblemPart(pointer=join_pointer("", name), detail=detail) for name in unknown)
        raise ProblemError("invalid_request", f"{parts[0].pointer}: {detail}", errors=parts)
    sent = [value for value in form.getlist("files") if isinstance(value, UploadFile)]
    if not (sent or list_docs(form)):
        hint = "name the parts that are files `files`, and those that name the server's own `docs`"
        raise ProblemError("invalid_request", "no file is sent", hint=hint)
    names = [file.filename or "" for file in sent]
    wrong = {place: what for place, name in enumerate(names) if (what := _find_wrong(name))}
    wrong |= {place: "is sent twice" for place, name in enumerate(names) if name in names[:place]}
    if wrong:
        parts = tuple(ProblemPart(pointer=f"/files/{place}", detail=what) for place, what in sorted(wrong.items()))
        first = min(wrong)
        raise ProblemError("invalid_request", f"the file name {names[first]!r} {wrong[first]}", errors=parts)
    return [SentFile(name=name, content=file.file) for name, file in zip(names, sent, strict=True)]


def _find_wrong(name: str) -> str:
    if not name:
        return "is empty"
    if "/" in name or "\\" in name:
        return "holds a path"
    if name.startswith(".") or not name.isprintable() or name != name.strip():
        return "is none that a document can have"
    return "is too long" if len(name.encode()) > _NAME_BYTES_MAX else ""


@dataclass(frozen=True, slots=True)
class UploadFolder:
    """Where files lie that were sent, until they are in their collection.

    Attributes:
        folder: The folder of all collections.
    """

    folder: Path

    def keep(self, files: Sequence[SentFile]) -> list[Path]:
        """Write files into a folder of their own; where they lie.

        Raises:
            RequestError: They cannot be written.
        """
        try:
            (self.folder / FOLDER).mkdir(parents=True, exist_ok=True)
            place = Path(mkdtemp(dir=self.folder / FOLDER))
            for file in files:
                with (place / file.name).open("xb") as target:
                    shutil.copyfileobj(file.content, target)
        except OSError as error:
            raise RequestError(f"the files cannot be kept: {error.strerror}", hint="free some disk space") from error
        return [place / file.name for file in files]

    def drop(self, paths: Sequence[Path]) -> None:
        """Delete files that were kept, with their folder."""
        for folder in {path.parent for path in paths}:
            shutil.rmtree(folder, ignore_errors=True)

    def drop_left(self) -> None:
        """Delete what a server that was killed has left behind."""
        with suppress(OSError):
            for folder in (self.folder / FOLDER).iterdir():
                if time.time() - folder.stat().st_mtime > _LEFT_SECONDS:
                    shutil.rmtree(folder, ignore_errors=True)

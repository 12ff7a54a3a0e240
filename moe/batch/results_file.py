"""The results of a batch on disk: a line of JSON each, whole whenever the process died."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self, TypeAlias

from moe.batch.lines import BatchLine
from moe.contracts.result import RunResult
from moe.storage.writer_lock import try_lock
from moe_core.contracts.errors import RequestError, StorageError
from moe_core.contracts.task import Status
from moe_core.contracts.wire import decode_json, encode_json, to_wire

_BEGINNING = b'{"line":'  # of each of our lines, and of none that somebody else would write by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptResult:
    """What a batch must know of a result, of all that stands on its line.

    Attributes:
        line: The number of the line that it answers.
        content: The digest of that line's request.
        exit_code: What `moe run` would have ended with.
        run_id: The run's; "" for one that did not begin.
    """

    line: int
    content: str
    exit_code: int
    status: Status
    degraded: bool = False
    citations: tuple[object, ...] = ()
    run_id: str = ""

    @property
    def is_failed(self) -> bool:
        """There is no answer, and none comes."""
        return self.status not in (Status.DONE, Status.WAITING)

    @property
    def is_waiting(self) -> bool:
        """Its run waits for a person to decide on a call of a tool."""
        return self.status is Status.WAITING


Renew: TypeAlias = Callable[[BatchLine, KeptResult], KeptResult | bytes | None]


class ResultsFile:
    """Results that are kept, and added to. Use it as a context manager: nobody else writes meanwhile.

    Attributes:
        kept: The results that stand there already, by line; without those that are asked for anew.
        stale: How many answered a line that says something else now, and are left out.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.kept: dict[int, KeptResult] = {}
        self.stale = 0

    def __repr__(self) -> str:
        return f"<ResultsFile {self._path}>"

    def __enter__(self) -> Self:
        """Open it, alone.

        Raises:
            StorageError: It cannot be written, or another batch writes it.
        """
        self._file = self._open(self._path)
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def take_up(
        self,
        lines: Sequence[BatchLine],
        *,
        is_anew: bool = False,
        retries_failed: bool = False,
        renew: Renew = lambda _line, waiting: waiting,
    ) -> None:
        """Read what is there, mend what was cut off, and leave out what answers none of the lines.

        Args:
            lines: The batch.
            is_anew: Keep nothing.
            retries_failed: Keep no failed result.
            renew: What has become of a result that waited for a person: itself, its line anew, or None when it is to be
                asked again.

        Raises:
            RequestError: The file holds something else than results, or those of other questions.
            StorageError: It cannot be written.
        """
        self._file.seek(0)
        was = [(text, self._read(number, text)) for number, text in enumerate(self._mend(self._file.read()), start=1)]
        contents = {line.line: line.content for line in lines}
        answering = [result for _, result in was if contents.get(result.line) == result.content]
        found = [] if is_anew else _renew(was, {line.line: line for line in lines}, renew)
        kept: dict[int, tuple[bytes, KeptResult]] = {}
        for text, result in found:
            is_wanted = not (retries_failed and result.is_failed)
            if is_wanted and contents.get(result.line) == result.content and result.line not in kept:
                kept[result.line] = (text, result)
        if was and not answering and not is_anew:
            raise RequestError(
                f"{self._path} holds the results of other questions",
                hint="name another file with --out, or say --anew to replace them",
            )
        self.stale = len(was) - len(answering)
        self.kept = {number: result for number, (_, result) in kept.items()}
        if [text for text, _ in kept.values()] != [text for text, _ in was]:
            self._replace(text for text, _ in kept.values())

    def add(self, line: BatchLine, result: RunResult, exit_code: int) -> None:
        """Write a result.

        Raises:
            StorageError: It cannot be written.
        """
        text = encode_result(line, result, exit_code)
        kept = decode_json(KeptResult, text)
        try:
            while text:  # a full disk takes a part
                text = text[self._file.write(text) :]
        except OSError as error:
            raise self._explain(error) from error
        self.kept[line.line] = kept

    def _mend(self, content: bytes) -> list[bytes]:
        """The whole lines; a last one that was cut off is taken out of the file, one without its end is ended."""
        *whole, last = content.split(b"\n")
        if not last:
            return whole
        with suppress(ValueError):
            decode_json(KeptResult, last)
            self._file.write(b"\n")
            return [*whole, last]
        if not (last.startswith(_BEGINNING) or _BEGINNING.startswith(last)):
            raise self._refuse(len(whole) + 1)
        self._file.truncate(len(content) - len(last))
        return whole

    def _read(self, number: int, text: bytes) -> KeptResult:
        try:
            return decode_json(KeptResult, text)
        except ValueError as error:
            raise self._refuse(number) from error

    def _replace(self, lines: Iterable[bytes]) -> None:
        """Write the file anew: at each moment one of the two stands there whole."""
        beside = self._path.with_name(self._path.name + ".new")
        try:
            with beside.open("wb") as file:
                file.writelines(line + b"\n" for line in lines)
                file.flush()
                os.fsync(file.fileno())
            self._file.close()
            beside.replace(self._path)
        except OSError as error:
            raise self._explain(error) from error
        self._file = self._open(self._path)

    def _open(self, path: Path) -> BinaryIO:
        try:
            file: BinaryIO = path.open("a+b", buffering=0)  # one write a line: the system has it at once
        except OSError as error:
            raise self._explain(error) from error
        if not try_lock(file):
            file.close()
            raise StorageError(f"another process writes {path}", hint="wait until it is done, or name another --out")
        return file

    def _explain(self, error: OSError) -> StorageError:
        return StorageError(f"cannot write {self._path}: {error.strerror}", hint="name another file with --out")

    def _refuse(self, number: int) -> RequestError:
        return RequestError(
            f"{self._path}, line {number} is no result of a batch; nothing is changed",
            hint="name another file with --out",
        )


def encode_result(line: BatchLine, result: RunResult, exit_code: int) -> bytes:
    """A result's line: its line's number and content, then what `moe run --json` prints."""
    told = {"line": line.line, "content": line.content, "exit_code": exit_code, **to_wire(result)}
    return encode_json(told) + b"\n"


def _renew(
    was: Iterable[tuple[bytes, KeptResult]], lines: Mapping[int, BatchLine], renew: Renew
) -> Iterator[tuple[bytes, KeptResult]]:
    """Results with what has become of those that waited for a person."""
    for text, result in was:
        line = lines.get(result.line)
        if line is None or not result.is_waiting or line.content != result.content:
            yield text, result
            continue
        now = renew(line, result)
        if isinstance(now, bytes):
            yield now.rstrip(b"\n"), decode_json(KeptResult, now)
        elif now is not None:
            yield text, now

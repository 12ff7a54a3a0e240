"""The project's own question sets: files of the workspace that runs' questions are added to, read by `moe eval`."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from moe.app import App
from moe.contracts.question_sets import QuestionSet
from moe.contracts.runs import RunRecord
from moe.evaluation.questions import load_questions
from moe_core.contracts.errors import DocumentError, RequestError, StorageError
from moe_core.contracts.wire import encode_json

_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,99}", re.ASCII)
_ENDING = ".jsonl"


class QuestionSets:
    """The question sets of a project.

    Args:
        app: Whose.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._folder = app.workspace.folder / "questions"

    def list_all(self) -> tuple[QuestionSet, ...]:
        """All of them, by name."""
        return tuple(self._describe(path) for path in sorted(self._folder.glob(f"*{_ENDING}")))

    def add(
        self, name: str, run_id: str, *, answer: str | None = None, citations: Sequence[int] | None = None
    ) -> QuestionSet:
        """Add a run's question, with the answer and the evidence that are expected of it.

        Args:
            name: Of the set, which is made when there is none.
            run_id: The run's id, a beginning that no other run shares, or "last".
            answer: What is right; the run's own answer in short when None, else what it cites; "" for none.
            citations: Numbers of the run's citations whose documents hold the evidence; all of them when None.

        Raises:
            NameUnknownError: No run has that id.
            RequestError: The name is none for a file, the run has no such citation, or its question is in the set.
            DocumentError: The set cannot be read.
            StorageError: It cannot be written.
        """
        if _NAME.fullmatch(name) is None:
            raise RequestError(
                f"{name!r} is no name for a question set", hint="letters, digits, dots, dashes and underscores will do"
            )
        record = self._app.runs.get_run(run_id, most=0)
        result = dict(record.result or {})
        question = str(result.get("question") or record.summary.question)
        path = self._folder / f"{name}{_ENDING}"
        if any(known.question == question for known in self._load(path)):
            raise RequestError(
                f"the question of run {record.summary.run_id} is in {name} already", hint=f"change it in {path}"
            )
        evidence = _list_evidence(record, result, citations)
        expected = _find_answer(result, evidence) if answer is None else answer.strip()
        line = {
            "id": record.summary.run_id,
            "question": question,
            "answer": expected or None,
            "gold": list(dict.fromkeys(str(citation["document"]) for citation in evidence)),
        }
        self._append(path, encode_json(line))
        return self._describe(path)

    def _load(self, path: Path) -> Sequence[Any]:
        return load_questions(path) if path.exists() and path.stat().st_size else ()

    def _append(self, path: Path, line: bytes) -> None:
        """Put a line behind the others, in one write: whoever else adds one at the same time does not part it."""
        self._app.workspace.create()
        try:
            path.parent.mkdir(exist_ok=True)
            text = path.read_bytes()[-1:] if path.exists() else b""
            parting = b"" if text in (b"", b"\n") else b"\n"
            with path.open("ab", buffering=0) as file:
                file.write(parting + line + b"\n")
        except OSError as error:
            raise StorageError(f"{path} cannot be written: {error.strerror}", hint="is there room?") from error

    def _describe(self, path: Path) -> QuestionSet:
        told = os.path.relpath(path, self._app.project)
        try:
            questions, problem = len(self._load(path)), ""
        except DocumentError as error:
            questions, problem = 0, error.message
        return QuestionSet(name=path.stem, path=told, questions=questions, problem=problem)


def _find_answer(result: dict[str, Any], evidence: Sequence[dict[str, Any]]) -> str:
    """What a run answered in short, else the words that it cites."""
    return str(result.get("short_answer") or " ".join(str(citation["text"]) for citation in evidence)).strip()


def _list_evidence(
    record: RunRecord, result: dict[str, Any], citations: Sequence[int] | None
) -> Sequence[dict[str, Any]]:
    cited = result.get("citations") or []
    wanted = range(1, len(cited) + 1) if citations is None else citations
    unknown = [number for number in wanted if not 1 <= number <= len(cited)]
    if unknown:
        raise RequestError(
            f"run {record.summary.run_id} has no citation {unknown[0]}",
            hint=f"it has {len(cited)}: moe runs show {record.summary.run_id}",
        )
    return [cited[number - 1] for number in wanted]

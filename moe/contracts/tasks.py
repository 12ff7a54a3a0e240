"""Tasks by type: what each takes, checked, as a request."""

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Annotated, Any

import msgspec
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from moe.contracts.depth import Depth
from moe.contracts.misfits import describe_misfit, name_near
from moe.contracts.request import Name, RunRequest
from moe.contracts.task_kinds import AnswerForm, TaskSource, TaskType
from moe_core.contracts.errors import RequestError

Query = Annotated[str, StringConstraints(min_length=1, max_length=20_000, strip_whitespace=True)]


class GeneralContent(BaseModel):
    """What Camina answers by herself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    query: Query = Field(description="What is asked")
    depth: Depth | None = Field(None, description="How thoroughly; without it as configured")
    format: AnswerForm = Field(AnswerForm.PROSE, description="The answer as paragraphs, or as a list")


class SourcedContent(GeneralContent):
    """What is answered from sources."""

    include: tuple[TaskSource, ...] = Field((), max_length=4, description="What may be used; [] for all")
    collection: Name | None = Field(None, description="The collection to answer from")
    docs: tuple[str, ...] = Field((), max_length=1000, description="Files, folders and globs to answer from")


class ResearchContent(SourcedContent):
    """What the research Belter finds out."""


class AnalysisContent(SourcedContent):
    """What the analysis Belter calculates, or the property Belter, whichever fits the query better."""


class WritingContent(SourcedContent):
    """What the document Belter writes, or the knowledge Belter puts together, whichever fits the query better."""


CONTENTS: Mapping[TaskType, type[GeneralContent]] = MappingProxyType(
    {
        TaskType.GENERAL: GeneralContent,
        TaskType.RESEARCH: ResearchContent,
        TaskType.ANALYSIS: AnalysisContent,
        TaskType.CONTENT: WritingContent,
    }
)


class TaskMisfit(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that does not fit: where in the content, and what."""

    path: tuple[str | int, ...]
    detail: str


def read_task(task_type: str, content: Mapping[str, Any]) -> RunRequest | list[TaskMisfit]:
    """The request that a task is, or all that does not fit in it."""
    kind = CONTENTS[TaskType(task_type)]
    try:
        told = kind.model_validate(dict(content))
    except ValidationError as error:
        return [_describe(one, list(kind.model_fields)) for one in error.errors()]
    fields = {name: value for name, value in told if name != "query"}
    return RunRequest(question=told.query, task_type=TaskType(task_type), **fields)


def build_task_request(task_type: str, content: Mapping[str, Any]) -> RunRequest:
    """The request that a task is.

    Args:
        task_type: general, research, analysis or content.
        content: What that type takes: `query`, and mostly `depth`, `include`, `collection` and `docs`.

    Raises:
        RequestError: The type or a field is unknown, with the nearest name, or does not fit.
    """
    known = [str(kind) for kind in TaskType]
    if task_type not in known:
        near = get_close_matches(str(task_type), known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
        raise RequestError(f"no task type is named {task_type!r}", hint=hint)
    told = read_task(task_type, content)
    if isinstance(told, RunRequest):
        return told
    where = ".".join(map(str, told[0].path))
    raise RequestError(f"a task of type {task_type}: {where} {told[0].detail}")


def _describe(error: Mapping[str, Any], known: list[str]) -> TaskMisfit:
    path = tuple(error["loc"])
    if error["type"] == "extra_forbidden":
        return TaskMisfit(path=path, detail=f"is no field{name_near(str(path[-1]), known)}")
    return TaskMisfit(path=path, detail=describe_misfit(error))

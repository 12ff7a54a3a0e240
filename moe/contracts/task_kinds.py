"""What kind of task a request is, and where its answer may come from."""

from enum import StrEnum


class TaskType(StrEnum):
    """Who works on a request, in place of the router's choice."""

    GENERAL = "general"
    RESEARCH = "research"
    ANALYSIS = "analysis"
    CONTENT = "content"


class TaskSource(StrEnum):
    """What a task's Drummers may use."""

    ACADEMIC = "academic"
    NEWS = "news"
    ANALYSIS = "analysis"
    DOCUMENTS = "documents"


class AnswerForm(StrEnum):
    """How an answer is laid out: its statements as paragraphs, or as items of a list."""

    PROSE = "prose"
    LIST = "list"


OUTSIDE = frozenset((TaskSource.ACADEMIC, TaskSource.NEWS))
"""Those that reach the network."""

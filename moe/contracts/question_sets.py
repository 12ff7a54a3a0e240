"""A question set of a project, as it is listed."""

import msgspec


class QuestionSet(msgspec.Struct, frozen=True, kw_only=True):
    """A question set.

    Attributes:
        name: Its file's, without the ending.
        path: Its file, as `moe eval --questions` takes it.
        questions: How many it holds.
        problem: Why it cannot be read, or "".
    """

    name: str
    path: str
    questions: int
    problem: str = ""

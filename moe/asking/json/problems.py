"""What can be wrong with a model's reply."""

from enum import StrEnum


class OutputProblem(StrEnum):
    """Why a reply cannot be used.

    EMPTY: nothing, or nothing but reasoning. NO_OBJECT: no JSON object in it. UNREADABLE: one that cannot be mended.
    CUT_OFF: it ends too early. TOO_BIG: too long or nested too deep. SCHEMA: the object breaks its schema.
    MEANING: it fits the schema and still makes no sense to its reader. REFUSED: the server itself found it invalid.
    """

    EMPTY = "empty"
    NO_OBJECT = "no_object"
    UNREADABLE = "unreadable"
    CUT_OFF = "cut_off"
    TOO_BIG = "too_big"
    SCHEMA = "schema"
    MEANING = "meaning"
    REFUSED = "refused"


class ReplyError(ValueError):
    """A reply cannot be used; the message is for the model that wrote it.

    Attributes:
        problem: Of which kind it is.
    """

    def __init__(self, problem: OutputProblem, message: str) -> None:
        super().__init__(message)
        self.problem = problem

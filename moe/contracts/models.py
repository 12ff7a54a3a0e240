"""How asking models went."""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum

import msgspec


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


class OutputFailure(msgspec.Struct, frozen=True, kw_only=True):
    """One reply that could not be used.

    Attributes:
        attempt: From 1.
        problem: Of which kind.
        message: What the model is told about it.
        will_retry: Whether it is asked again.
    """

    attempt: int
    problem: OutputProblem
    message: str
    will_retry: bool


class StructuredCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How asking for objects went.

    Attributes:
        asked: Objects that were asked for.
        calls: Replies to that, those that the server refused itself included.
        valid_first: Objects that were valid at the first attempt, repaired or not.
        repaired: Objects taken from text that was no JSON as it stood.
        retried: Objects that came after more than one attempt.
        failed: Objects that never came.
        problems: What was wrong with replies, by kind.
    """

    asked: int = 0
    calls: int = 0
    valid_first: int = 0
    repaired: int = 0
    retried: int = 0
    failed: int = 0
    problems: Mapping[OutputProblem, int] = msgspec.field(default_factory=dict)

    @classmethod
    def count_valid(cls, objects: int) -> "StructuredCounts":
        """The counts of so many objects that were valid at once."""
        return cls(asked=objects, calls=objects, valid_first=objects)

    @classmethod
    def of(
        cls, calls: int, failures: Sequence[OutputFailure], *, has_answer: bool, was_repaired: bool
    ) -> "StructuredCounts":
        """The counts of one object."""
        return cls(
            asked=1,
            calls=calls,
            valid_first=int(has_answer and calls == 1),
            repaired=int(was_repaired),
            retried=int(has_answer and calls > 1),
            failed=int(bool(failures) and not failures[-1].will_retry),
            problems=Counter(failure.problem for failure in failures),
        )

    def __add__(self, other: "StructuredCounts") -> "StructuredCounts":
        kinds = dict.fromkeys([*self.problems, *other.problems])
        return StructuredCounts(
            asked=self.asked + other.asked,
            calls=self.calls + other.calls,
            valid_first=self.valid_first + other.valid_first,
            repaired=self.repaired + other.repaired,
            retried=self.retried + other.retried,
            failed=self.failed + other.failed,
            problems={kind: self.problems.get(kind, 0) + other.problems.get(kind, 0) for kind in kinds},
        )


class ModelReport(msgspec.Struct, frozen=True, kw_only=True):
    """How asking models went.

    Attributes:
        structured: Objects asked for, valid at once, repaired, asked for again, given up.
        cache_hits: Requests answered from the cache, when it is on.
        cache_misses: Requests it had no answer to.
        fell_back: Whether a fallback served any call.
        answered_by: The provider that wrote the answer; "" when none did.
    """

    structured: StructuredCounts = msgspec.field(default_factory=StructuredCounts)
    cache_hits: int = 0
    cache_misses: int = 0
    fell_back: bool = False
    answered_by: str = ""

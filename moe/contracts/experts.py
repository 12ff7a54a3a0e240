"""What experts tell of a question: who was woken and why, what each brought, and how that was judged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from moe_core.contracts.evidence import Passage


class ExpertWish(msgspec.Struct, frozen=True, kw_only=True):
    """What a request says of who is woken.

    Attributes:
        personas: These and nobody else, in this order; none leaves it to the choice.
        most: At most so many; None takes the configured number.
    """

    personas: tuple[str, ...] = ()
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertFinding:
    """What one expert's walk brought.

    Attributes:
        persona: Who walked.
        node_ids: The best nodes, best first.
        ratings: Theirs, in [0, 1].
        covers: The places of the question's words that each of them holds.
        read: The passage of a node.
        covered: The share of the question's weight that the first five passages hold together.
        is_decided: The question's own words decide what is found, so that no walk would add to it.
        reached: How many passages it chose from; 0 where nobody counted them.
    """

    persona: str
    node_ids: tuple[str, ...] = ()
    ratings: tuple[float, ...] = ()
    covers: tuple[frozenset[int], ...] = ()
    read: Callable[[str], Passage] = field(repr=False, compare=False)
    covered: float = 0.0
    is_decided: bool = False
    reached: int = 0


class Commentary(msgspec.Struct, frozen=True, kw_only=True):
    """What an expert says of its evidence.

    Attributes:
        commentary: In its words.
        relevance_score: How much it speaks to the question, in [0, 1].
        key_insights: One sentence each.
    """

    commentary: str
    relevance_score: float
    key_insights: tuple[str, ...] = ()


class ExpertChoice(msgspec.Struct, frozen=True, kw_only=True):
    """An expert that was woken for a question, and why.

    Attributes:
        persona: Its name.
        cost: What waking it costs.
        reason: In one sentence.
        numbers: What decided it.
        failure: Why it brought nothing; "" for one that walked.
    """

    persona: str
    cost: float
    reason: str
    numbers: Mapping[str, float] = msgspec.field(default_factory=dict)
    failure: str = ""


class ExpertScore(msgspec.Struct, frozen=True, kw_only=True):
    """How one expert's output was judged.

    Attributes:
        persona: Its name.
        question_kind: "when", "count", "name", ..., "other".
        score: In [0, 1].
        parts: What it is made of, by scorer.
        is_leading: Its evidence comes first.
        added: Passages that it adds to the leading one's.
        counts: It is kept: somebody's output spoke to the question.
    """

    persona: str
    question_kind: str
    score: float
    parts: Mapping[str, float] = msgspec.field(default_factory=dict)
    is_leading: bool = False
    added: int = 0
    counts: bool = True


class ExpertRound(msgspec.Struct, frozen=True, kw_only=True):
    """A further round, which went on from what was found before.

    Attributes:
        persona: Who walked.
        question: What it looked for.
        supported: The nodes that it adds, best first, with their ratings; none ends the rounds.
        failure: Why it brought nothing; "" for one that walked.
    """

    persona: str
    question: str
    supported: tuple[tuple[str, float], ...] = ()
    failure: str = ""


class Consultation(msgspec.Struct, frozen=True, kw_only=True):
    """What consulting experts on a question came to.

    Attributes:
        choices: Who was woken, in that order.
        scores: One an expert that walked.
        lead: Whose ranking comes first.
        trial: Who of them looked without a say, to be judged; "" for nobody.
        added: Nodes of the others that are put in after the leading ones, best first, with their ratings.
        rounds: That went on from there; what they add comes first among those.
    """

    choices: tuple[ExpertChoice, ...]
    scores: tuple[ExpertScore, ...]
    lead: str
    trial: str = ""
    added: tuple[tuple[str, float], ...] = ()
    rounds: tuple[ExpertRound, ...] = ()


class ExpertWalk(Protocol):
    """Lets a persona look into the documents."""

    def __call__(self, persona: str, question: str = "", /) -> ExpertFinding:
        """What it finds.

        Args:
            persona: Its name.
            question: What it looks for; "" for what was asked.

        Raises:
            MoeError: It could not look.
        """
        ...


class ExpertGuide(Protocol):
    """Who decides which experts look into a question, and whose evidence leads."""

    @property
    def words_shift(self) -> float:
        """What feedback adds to the log odds that a walk finds more than words alone."""
        ...

    def may_rest(self, question: str, wish: ExpertWish) -> bool:
        """Whether nobody need be woken for a question that its own words decide.

        Args:
            question: What is asked.
            wish: What the request says of who is woken.
        """
        ...

    def consult(self, question: str, walk: ExpertWalk, wish: ExpertWish) -> Consultation:
        """Wake experts one after the other, as far as it takes, and judge what they bring.

        Args:
            question: What is asked.
            walk: Lets a persona of that name look, here or further on.
            wish: What the request says of it.

        Raises:
            MoeError: Nobody that was woken could look.
        """
        ...

"""How an expert did, with how sure that is."""

from collections.abc import Mapping

import msgspec

from moe.contracts.personas import PersonaRecord
from moe.contracts.walks import WalkReport
from moe_core.contracts.wire import JsonObject


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """A share, and where it may lie really.

    Attributes:
        mean: Of what was counted, from 0 to 1; None where nothing was.
        low: Where its 95 % interval begins.
        high: Where it ends.
        n: How many were counted; older scores count for less than one.
    """

    mean: float | None
    low: float
    high: float
    n: float


class PersonaUse(msgspec.Struct, frozen=True, kw_only=True):
    """What an expert did in recorded runs.

    Attributes:
        chosen: Searches that it was woken for.
        share: Of all searches for which somebody was, from 0 to 1.
        failed: Of those that it was woken for, the ones in which it brought nothing.
        led: Of those in which it was judged, how often its evidence came first.
        score: The mean of what it was judged to bring.
        json_validity: Replies that were to be JSON and could be used.
        avg_tokens: Of a reply that it was given.
        avg_seconds: The same.
    """

    chosen: int
    share: float
    failed: int
    led: Rate
    score: Rate
    json_validity: Rate
    avg_tokens: float | None = None
    avg_seconds: float | None = None


class PersonaCard(msgspec.Struct, frozen=True, kw_only=True):
    """An expert in short.

    Attributes:
        name: Its own.
        description: Who it is.
        tier: Where it stands.
        rule: Why it stands there.
        moved: What happened to it last; None for one that is as it was brought.
        source: Who brings it.
        traversal: How it walks; "" for the configured way.
        activation_cost: What waking it costs.
        tier_score: How good it is held to be, from 0 to 1, by which tiers move.
        since_move: Scores since its last move.
        feedback: By those who know the answers.
        use: In recorded runs.
    """

    name: str
    description: str
    tier: str
    rule: str
    moved: PersonaRecord | None
    source: str
    traversal: str
    activation_cost: float
    tier_score: float
    since_move: int
    feedback: Rate
    use: PersonaUse


class PersonaBoard(msgspec.Struct, frozen=True, kw_only=True):
    """All experts in short.

    Attributes:
        experts: By name.
        searches: For which somebody was woken.
        thresholds: Scores between which a tier is kept; see config/thresholds.yaml.
        observations_min: Scores since the last move before the next one.
    """

    experts: tuple[PersonaCard, ...]
    searches: int
    thresholds: Mapping[str, float]
    observations_min: int


class KindPerformance(msgspec.Struct, frozen=True, kw_only=True):
    """How an expert does at a kind of question: by feedback, and by the experts' own evaluation."""

    kind: str
    feedback: Rate
    seen: Rate


class PersonaRun(msgspec.Struct, frozen=True, kw_only=True):
    """A search of a run that an expert was judged in; `at` is Unix time in seconds."""

    run_id: str
    question: str
    query: str
    score: float
    is_leading: bool
    at: float


class Rivalry(msgspec.Struct, frozen=True, kw_only=True):
    """Another expert who was judged in the same searches.

    Attributes:
        name: The other's.
        together: Searches of both.
        ahead: Of them, those in which this one had the higher score.
    """

    name: str
    together: int
    ahead: int


class PersonaReport(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of an expert.

    Attributes:
        card: In short.
        persona: Its stored form, which edits begin from.
        location: Where that lies.
        is_stored: The workspace has a file of it; else it is as its plugin brings it.
        history: What happened to it, newest first; the last hundred.
        history_total: How much happened.
        kinds: By kind of question.
        best: Searches in which it brought most; none for whom may not see all runs.
        worst: Those in which it brought least, the same.
        rivals: Whom it met most.
        thresholds: Scores between which a tier is kept; see config/thresholds.yaml.
        observations_min: Scores since the last move before the next one.
    """

    card: PersonaCard
    persona: JsonObject
    location: str
    is_stored: bool
    history: tuple[PersonaRecord, ...]
    history_total: int
    kinds: tuple[KindPerformance, ...]
    best: tuple[PersonaRun, ...]
    worst: tuple[PersonaRun, ...]
    rivals: tuple[Rivalry, ...]
    thresholds: Mapping[str, float]
    observations_min: int


class PersonaTerritory(msgspec.Struct, frozen=True, kw_only=True):
    """Where an expert walked.

    Attributes:
        persona: Her name.
        walks: Hers, of the newest runs first, with the paths to what was found; only runs that explain themselves tell.
        runs: How many of the newest runs were looked through.
    """

    persona: str
    walks: tuple[WalkReport, ...]
    runs: int


class PersonaEdit(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be otherwise about a persona; None leaves a thing as it is.

    Attributes:
        description: Who it is.
        traits: By name, from 1 to 9; others stay.
        expertise: What it knows about, in place of all before.
        traversal: How it walks.
        activation_cost: What waking it costs.
    """

    description: str | None = None
    traits: Mapping[str, object] = {}
    expertise: tuple[str, ...] | None = None
    traversal: str | None = None
    activation_cost: float | None = None

    def apply(self, whole: JsonObject) -> JsonObject:
        """The stored form of a persona with these changes."""
        words = {"description": self.description, "traversal": self.traversal}
        return {
            **whole,
            "traits": {**whole["traits"], **self.traits},
            "expertise": whole["expertise"] if self.expertise is None else list(self.expertise),
            "activation_cost": whole["activation_cost"] if self.activation_cost is None else self.activation_cost,
            "metadata": {**whole["metadata"], **{key: value for key, value in words.items() if value is not None}},
        }

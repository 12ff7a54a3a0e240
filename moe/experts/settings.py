"""The settings that personas rise and fall by."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, model_validator

from moe_core.loading.config.settings import Settings


class PersonaThresholds(Settings):
    """`personas` in config/thresholds.yaml: the scores, from 0 to 1, between which a persona stands in a tier."""

    pruning: float = Field(0.3, ge=0, le=1, description="An experimental persona below it is pruned")
    demotion: float = Field(0.5, ge=0, le=1, description="A stable or active persona below it sinks by a tier")
    activation: float = Field(0.6, ge=0, le=1, description="An experimental persona that reaches it becomes active")
    promotion: float = Field(0.8, ge=0, le=1, description="An active persona that reaches it becomes stable")
    hysteresis: float = Field(0.05, ge=0, le=0.5, description="How much further a score must go to turn a move round")
    observations_min: int = Field(8, ge=6, le=1000, description="Scores since the last move before the next one")
    decay: float = Field(0.95, gt=0, le=1, description="What a score weighs when the next one is there")
    prior_weight: float = Field(
        4.0, ge=0, le=100, description="Scores of 0.5 that everybody is counted as beginning with"
    )
    dynamic: bool = Field(False, description="Move the thresholds with how all personas do, as quantiles")
    dynamic_span: float = Field(0.15, ge=0, le=1, description="How far dynamic thresholds may move")

    @model_validator(mode="after")
    def _check_order(self) -> "PersonaThresholds":
        if not self.pruning < self.demotion < self.activation < self.promotion:
            raise ValueError("pruning, demotion, activation and promotion must rise in this order")
        return self


class DoubtSettings(Settings):
    """`doubt` in config/experts.yaml: when what the first expert brought wakes others."""

    # benchmarks/experts/cost.py tells what waking others costs and brings, wakings.py that no sign tells when it does.
    share: float = Field(0.02, ge=0, le=1, description="Share of the doubtful questions in which others are woken")
    # benchmarks/experts/tabulate.py tells which share of questions is sure at these, and how much others find there.
    crowded: float = Field(0.55, ge=0, le=1, description="Rating of the sixth passage, of the best one's, from which")
    thin: float = Field(0.5, ge=0, le=1, description="Share of the question that the first five hold, below which")
    one_sided: float = Field(0.8, ge=0, le=1, description="The same, where all five are of one document")


class ExpertSettings(Settings):
    """config/experts.yaml: who is woken for a question."""

    budget: float = Field(1.0, ge=0, le=1000, description="Activation cost of all experts of a question together")
    most: int = Field(2, ge=1, le=100, description="Experts of a question at most")
    words_first: bool = Field(True, description="Nobody is woken where search by words alone finds as much")
    max_iterations: int = Field(1, ge=1, le=10, description="Rounds of a question, each going on from the last")
    comments: bool = Field(False, description="In full mode experts comment on what they found, where several looked")
    judge: float = Field(
        0.0, ge=0, le=1000, description="How much a judging model counts beside the scorers; 0 asks none"
    )
    doubt: DoubtSettings = Field(default_factory=DoubtSettings)
    weights: Mapping[str, Annotated[float, Field(gt=0, le=1000)]] = Field(
        default_factory=lambda: {"relevance": 0.6, "entity_grounding": 0.15, "consistency": 0.15, "novelty": 0.1},
        description="By scorer, how much it counts; {} rates nobody's output by scorers",
    )


class ExpertThresholds(Settings):
    """What the experts read of config/thresholds.yaml."""

    personas: PersonaThresholds = Field(default_factory=PersonaThresholds)

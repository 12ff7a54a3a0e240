"""Learning that goes from workspace to workspace: what feedback says of each expert, and nothing of what was asked."""

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import msgspec

from moe.experts.performance import Performances, PersonaPerformance
from moe.experts.track_records import TrackRecord
from moe_core.contracts.errors import RequestError
from moe_core.contracts.wire import decode_json
from moe_core.files.regular import read_regular

MOST_OF_ONE = 50.0
"""Scores of a persona at a kind of question that one other workspace counts for at most, however many it has."""

_MAX_BYTES = 4 << 20
_CELLS_MAX = 50_000
_ID = re.compile(r"[0-9a-f]{32}")

Sum: TypeAlias = Annotated[float, msgspec.Meta(ge=0, le=1e6)]
Draw: TypeAlias = Callable[[], float]
"""A number from [0, 1), each as likely."""


class SharedRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an expert did at a kind of question: the sum of its scores, and of what each was missing to 1."""

    good: Sum
    bad: Sum


class SharedLearning(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a workspace lets others have.

    Attributes:
        workspace: Drawn by chance once; says whose it is to nobody, and that it is the same one again.
        experts: By name, then by kind of question ("when", "count", "name", ..., "other").
        epsilon: Of the noise in it; None without any.
    """

    format: Literal["moe-learning/1"] = "moe-learning/1"
    workspace: str
    experts: dict[str, dict[str, SharedRecord]]
    epsilon: float | None = None

    def count(self) -> float:
        """The scores in it."""
        return sum(record.good + record.bad for kinds in self.experts.values() for record in kinds.values())


def collect_learning(
    performances: Performances, *, workspace: str, epsilon: float | None, draw: Draw
) -> SharedLearning:
    """What feedback in this workspace says of its experts; what it was given by others is not handed on.

    Args:
        performances: What is kept here.
        workspace: The id to send along.
        epsilon: With it, each sum gets Laplace noise of scale 1 / epsilon: a score changes a sum by 1 at most, so that
            one rating shifts the odds of any file by a factor of exp(2 epsilon) at most (differential privacy; Dwork et
            al., "Calibrating Noise to Sensitivity in Private Data Analysis", 2006). Which kinds were rated at all is
            not hidden, and each further file of the same ratings tells as much again.
        draw: Chance.
    """
    experts = {
        name: {
            kind: SharedRecord(good=_blur(record.good, epsilon, draw), bad=_blur(record.bad, epsilon, draw))
            for kind, record in sorted(performance.proven.items())
            if record.good + record.bad > 0
        }
        for name, performance in sorted(performances.items())
    }
    kept = {name: kinds for name, kinds in experts.items() if kinds}
    return SharedLearning(workspace=workspace, experts=kept, epsilon=epsilon)


def take_learning(performances: Performances, learning: SharedLearning) -> dict[str, PersonaPerformance]:
    """What is kept here with what another workspace says; what the same one said before is replaced."""
    taken = {}
    for name, performance in performances.items():
        kinds = learning.experts.get(name)
        others = {source: records for source, records in performance.shared.items() if source != learning.workspace}
        if kinds:
            others[learning.workspace] = {kind: _clip(record) for kind, record in kinds.items()}
        taken[name] = msgspec.structs.replace(performance, shared=others)
    return taken


def load_learning(path: Path) -> SharedLearning:
    """Read a file of `moe experts export-learning`.

    Raises:
        RequestError: It cannot be read, or is none.
    """
    try:
        learning = decode_json(SharedLearning, read_regular(path, max_bytes=_MAX_BYTES))
    except OSError as error:
        raise RequestError(f"cannot read {path}: {error.strerror}", hint="name a file of export-learning") from error
    except ValueError as error:
        raise RequestError(
            f"{path} holds no learning: {error}", hint="moe experts export-learning writes it"
        ) from error
    if not _ID.fullmatch(learning.workspace) or sum(map(len, learning.experts.values())) > _CELLS_MAX:
        raise RequestError(f"{path} holds no learning of a workspace", hint="moe experts export-learning writes it")
    return learning


def _blur(value: float, epsilon: float | None, draw: Draw) -> float:
    if epsilon is None:
        return value
    chance = draw() - 0.5
    noise = -math.copysign(math.log(max(1e-300, 1 - 2 * abs(chance))), chance) / epsilon
    return min(max(0.0, value + noise), 1e6)


def _clip(record: SharedRecord) -> TrackRecord:
    """At most `MOST_OF_ONE` scores, with the same mean."""
    share = min(1.0, MOST_OF_ONE / max(record.good + record.bad, 1e-9))
    return TrackRecord(good=record.good * share, bad=record.bad * share)

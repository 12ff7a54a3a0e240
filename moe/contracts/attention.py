"""What a person should look at."""

import msgspec

from moe.contracts.oversight import Remark
from moe.contracts.runs import RunSummary
from moe_core.contracts.persona_payloads import PersonaChanged


class Attention(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for somebody.

    Attributes:
        runs: Those that failed, were broken off, or wait for a person or a worker, newest first.
        more_runs: There are others.
        remarks: What the Observer sees over many runs.
        moves: Personas that the thresholds would move now.
    """

    runs: tuple[RunSummary, ...]
    more_runs: bool
    remarks: tuple[Remark, ...] = ()
    moves: tuple[PersonaChanged, ...] = ()

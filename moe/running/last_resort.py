"""The last resort of a run that is out of time: the same agents, each served by what needs no model server."""

import time
from dataclasses import replace

import msgspec

from moe.running.context import RunContext
from moe.running.modes import map_members
from moe_core.contracts.chain import Chain, Member, Served
from moe_core.contracts.errors import DeadlineError
from moe_core.contracts.model import ModelProvider
from moe_core.contracts.task import Status, TaskResult
from moe_core.loading.registry import Registry

# Kept back of the time that is left, for the last resort. It needs less than a second on a usual machine and index; a
# slow machine shows with long deadlines, and what is kept back of a short one must not be most of it.
KEPT_SHARE, KEPT_SECONDS_MAX = 0.15, 10.0
# Past the deadline, for a last resort that is at work: less than the process waits before it ends itself.
GRACE_SECONDS = 1.5

OUT_OF_TIME = "The agents' models ran out of time; the answer is made of what the documents say, without a model."


def find_last_resort(chain: Chain, registry: Registry) -> Chain | None:
    """The chain with every member served by its first free fallback that is no language model.

    None when a member has none, or when that is what serves them all anyway.
    """

    members = tuple(chain.members())
    providers = {served.provider for member in members for served in member.served_by()}
    free = {name for name in providers if _needs_no_server(registry.model_providers.get(name).value)}

    def is_at_hand(served: Served) -> bool:
        return served.provider in free

    def find_spare(member: Member) -> Served | None:
        return next(filter(is_at_hand, member.served_by()), None)

    if all(is_at_hand(member.served) for member in members) or any(find_spare(member) is None for member in members):
        return None
    return map_members(chain, lambda member: replace(member, served=find_spare(member) or member.served, fallbacks=()))


def _needs_no_server(provider: type[ModelProvider]) -> bool:
    return provider.is_free and not provider.is_language_model


def keep_back(deadline: float) -> float:
    """When the chain itself must end, so that the last resort has time: Unix time, as the deadline is."""
    left = max(0.0, deadline - time.time())
    return deadline - min(KEPT_SHARE * left, KEPT_SECONDS_MAX)


def is_out_of_time(outcome: TaskResult) -> bool:
    """Whether an outcome is none because time was over, for all of it or for whatever would have supported it."""
    if outcome.status is Status.FAILED:
        return outcome.error is not None and outcome.error.code == DeadlineError.code
    return outcome.status is Status.DEGRADED and not outcome.statements


def make_last_resort(context: RunContext, chain: Chain) -> RunContext:
    """The context of the same run for its last resort."""
    return msgspec.structs.replace(
        context, chain=chain, members={(member.role, member.name): member for member in chain.members()}
    )


def tell_last_resort(outcome: TaskResult) -> TaskResult:
    """What the last resort brought, marked as such."""
    status = Status.DEGRADED if outcome.status is Status.DONE else outcome.status
    return replace(outcome, status=status, notes=(*outcome.notes, OUT_OF_TIME))

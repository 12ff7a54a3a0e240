"""What a run needs of its worker, and which waiting runs no worker can do."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from moe.contracts.request import RunRequest
from moe.contracts.workers import WaitingRun, WorkerSummary
from moe.running.environment import RunEnvironment
from moe_core.contracts.agent import Role
from moe_core.contracts.executor import is_offered

ROLE = "role"
MODEL = "model"
MOE = "moe"
"""The version that a run was queued by, up to its minor part: workers of others leave it in the queue."""


def find_needs(environment: RunEnvironment, request: RunRequest) -> Mapping[str, tuple[str, ...]]:
    """The layers that a run takes part in, by its route, and the model that it names.

    Args:
        environment: Of whoever submits it.
        request: What is asked.

    Raises:
        NameUnknownError: It names a Belter or a collection that is not there.
    """
    over = environment.over(request.collection) if request.collection else environment
    route = over.route(request, has_documents=over.has_documents(request.docs))
    roles = (Role.CAMINA, Role.BELTER, Role.DRUMMER) if route.belters else (Role.CAMINA,)
    needs = {ROLE: tuple(map(str, roles))}
    return {**needs, MODEL: (request.model,)} if request.model else needs


def find_stuck(waiting: Sequence[WaitingRun], workers: Iterable[WorkerSummary]) -> list[WaitingRun]:
    """The waiting runs that no live worker takes, where there are live workers at all.

    The version of moe is among a run's needs there only if it is what no worker has.
    """
    live = [one.lease for one in workers if one.is_live and one.does_runs]
    if not live:
        return []
    offers = [
        {**lease.offers, **({MOE: (lease.version.rpartition(".")[0],)} if lease.version else {})} for lease in live
    ]
    stuck = (run for run in waiting if not any(is_offered(run.needs, one) for one in offers))
    return [_leave_out_version(run, offers) for run in stuck]


def _leave_out_version(run: WaitingRun, offers: Sequence[Mapping[str, tuple[str, ...]]]) -> WaitingRun:
    version = {kind: names for kind, names in run.needs.items() if kind == MOE}
    if not any(is_offered(version, one) for one in offers):
        return run
    return replace(run, needs={kind: names for kind, names in run.needs.items() if kind != MOE})

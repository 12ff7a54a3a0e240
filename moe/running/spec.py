"""What another process needs to work on a run: read from the run's record, made a context again."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

import anyio.to_thread
import msgspec

from moe.contracts.request import RunRequest
from moe.running.context import RunContext
from moe.running.environment import RunEnvironment
from moe.running.events import EventStream
from moe_core.contracts.chain import Chain
from moe_core.contracts.errors import DocumentError, RequestError
from moe_core.contracts.event import Event, EventListener
from moe_core.contracts.payloads import ChainAssembled, DocumentsLoaded, RunStarted
from moe_core.contracts.wire import from_wire, to_wire


class RunSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A run as its record tells it, as far as its agents' work depends on it.

    Attributes:
        request: What is asked.
        chain: Who works.
        fingerprint: Of the documents; "" without any.
    """

    run_id: str
    correlation_id: str
    request: RunRequest
    chain: Chain
    fingerprint: str = ""


def read_spec(events: Iterable[Event]) -> RunSpec:
    """What the events of a run say of it.

    Raises:
        RequestError: They do not go as far as its chain.
    """
    request = chain = None
    run_id = correlation_id = fingerprint = ""
    for event in events:
        data = event.data
        if isinstance(data, RunStarted):
            run_id, correlation_id = event.run_id, event.correlation_id
            request = RunRequest.model_validate(data.request)
        elif isinstance(data, ChainAssembled):
            chain = from_wire(Chain, to_wire(data))
        elif isinstance(data, DocumentsLoaded):
            fingerprint = data.fingerprint
    if request is None or chain is None:
        raise RequestError("the run's record does not say who works on it")
    return RunSpec(run_id=run_id, correlation_id=correlation_id, request=request, chain=chain, fingerprint=fingerprint)


@asynccontextmanager
async def rebuild_context(
    environment: RunEnvironment, spec: RunSpec, *, listeners: Sequence[EventListener] = ()
) -> AsyncIterator[RunContext]:
    """A run's context in this process, served by the environment's executor as long as the block lasts.

    Args:
        environment: This process's, of the same project.
        spec: The run.
        listeners: Told of what happens here.

    Raises:
        DocumentError: The documents are not the ones that the run began with.
    """
    environment = environment.adapt(spec.request)
    library = None
    if spec.fingerprint:
        loaded = await anyio.to_thread.run_sync(environment.open_library, spec.request.docs, abandon_on_cancel=True)
        library = loaded.library
        if library.index.fingerprint != spec.fingerprint:
            raise DocumentError(
                f"the documents have changed since run {spec.run_id} began", path="", hint="ask again: moe run"
            )
    events = EventStream(run_id=spec.run_id, correlation_id=spec.correlation_id, listeners=listeners)
    async with environment.open_context(
        spec.chain, spec.request, run_id=spec.run_id, events=events, library=library
    ) as context:
        with environment.executor.serve(context):
            yield context

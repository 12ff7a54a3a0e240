"""What runs the server: its health, plugins, workers and settings."""

from asyncio import to_thread
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Response

from moe.contracts.workers import WorkerSummary
from moe.diagnosis.finding import Finding
from moe.diagnosis.settings import iterate_settings
from moe.server.body import CheckedRoute
from moe.server.keys.access import Access
from moe.server.problems import ProblemError
from moe.server.rest.answers import answer_json, describe_answers
from moe.server.rest.runs import refuse_when_stopping
from moe.server.state import Chief, ServerState, State
from moe_core.contracts.plugin import PluginInfo, Problem

router = APIRouter(route_class=CheckedRoute, tags=["operations"])


class PluginNote(msgspec.Struct, frozen=True, kw_only=True):
    """One plugin.

    Attributes:
        plugin: Its id.
        origin: Which door it came through.
        location: Its file or module.
        version: Its own, or "".
        state: "indexed" and "active" count; else why it does not.
        brings: Names by kind.
        problems: What is wrong with it.
        seconds: How long importing it took; null where that was not done.
    """

    plugin: str
    origin: str
    location: str
    version: str
    state: str
    brings: Mapping[str, tuple[str, ...]]
    problems: tuple[Problem, ...]
    seconds: float | None


class PluginList(msgspec.Struct, frozen=True, kw_only=True):
    """All plugins, and all that is wrong with them."""

    plugins: tuple[PluginNote, ...]
    problems: tuple[Problem, ...]


class PoolNote(msgspec.Struct, frozen=True, kw_only=True):
    """The server's own worker processes: runs that wait, runs in work, processes that are ready; streams are open."""

    queued: int
    running: int
    ready: int
    streams: int


class WorkerList(msgspec.Struct, frozen=True, kw_only=True):
    """Who does runs: the server's own processes together, and each `moe worker`."""

    pool: PoolNote
    workers: tuple[WorkerSummary, ...]


class SettingNote(msgspec.Struct, frozen=True, kw_only=True):
    """A setting by its dotted name, with the layer and file that set it."""

    name: str
    value: Any
    layer: str
    place: str


class SettingList(msgspec.Struct, frozen=True, kw_only=True):
    """All settings."""

    settings: tuple[SettingNote, ...]


class ServerCheckNote(msgspec.Struct, frozen=True, kw_only=True):
    """What a model server said of itself; `models` have a `name` and `context_tokens`."""

    name: str
    address: str
    ok: bool
    detail: str
    version: str
    seconds: float
    models: tuple[dict[str, Any], ...]


class DoctorNote(msgspec.Struct, frozen=True, kw_only=True):
    """What `moe doctor --json` prints."""

    ok: bool
    findings: tuple[Finding, ...]
    servers: tuple[ServerCheckNote, ...]
    agents: tuple[dict[str, Any], ...]
    measured: tuple[dict[str, Any], ...]
    choice: dict[str, Any] | None


class Draining(msgspec.Struct, frozen=True, kw_only=True):
    """Workers that begin no run any more."""

    draining: tuple[str, ...]


_LOOKING = ("busy", "stopping", "worker_lost", "deadline", "loading", "plugin")


@router.get("/doctor", responses=describe_answers(DoctorNote, *_LOOKING))
async def examine(state: State, access: Chief) -> Response:
    """Look whether a run would work, as `moe doctor` does, without a question to any model."""
    return await _examine(state, access, is_measured=False)


@router.post("/doctor", responses=describe_answers(DoctorNote, *_LOOKING))
async def measure(state: State, access: Chief) -> Response:
    """The same, and ask each model one short question, for what it can do."""
    return await _examine(state, access, is_measured=True)


@router.get("/plugins", responses=describe_answers(PluginList))
async def list_plugins(state: State, _: Chief) -> Response:
    """List the plugins: where each comes from, its state, what it brings, and what is wrong."""
    registry = await to_thread(lambda: state.app.registry)
    plugins = tuple(map(_describe_plugin, registry.plugins))
    return answer_json(PluginList(plugins=plugins, problems=tuple(registry.problems)))


@router.get("/workers", responses=describe_answers(WorkerList))
async def list_workers(state: State, _: Chief) -> Response:
    """List who does runs: the server's own processes together, and each `moe worker`."""
    gauges = state.measure()
    pool = PoolNote(queued=gauges.queued, running=gauges.running, ready=gauges.workers, streams=gauges.streams)
    workers = tuple(await to_thread(state.app.workers.list_workers))
    return answer_json(WorkerList(pool=pool, workers=workers))


@router.post("/workers/{worker_id}/drain", responses=describe_answers(Draining, "name_unknown", "invalid_request"))
async def drain_worker(
    state: State, _: Chief, worker_id: Annotated[str, Path(min_length=1, max_length=200, description="Its id")]
) -> Response:
    """Have a `moe worker` begin no run any more, and end when those in work have."""
    await to_thread(state.app.workers.drain, worker_id)
    return answer_json(Draining(draining=(worker_id,)))


@router.get("/config", responses=describe_answers(SettingList))
async def list_settings(state: State, _: Chief) -> Response:
    """List the settings with who set each, keys and passwords masked."""
    return answer_json(await to_thread(_list_settings, state))


async def _examine(state: ServerState, access: Access, *, is_measured: bool) -> Response:
    refuse_when_stopping(state)
    job = await state.desk.examine(access, is_measured=is_measured)
    found = await state.desk.wait(job, state.settings.wait_max_seconds)
    if found is None:
        raise ProblemError("deadline", "looking takes too long", hint="moe doctor does the same on the machine")
    return answer_json(found)


def _list_settings(state: ServerState) -> SettingList:
    origins = state.app.loaded_config
    found = ((name, value, origins.get_origin(name)) for name, value in iterate_settings(state.app))
    return SettingList(
        settings=tuple(
            SettingNote(name=name, value=value, layer=who.layer, place=str(who.place)) for name, value, who in found
        )
    )


def _describe_plugin(info: PluginInfo) -> PluginNote:
    source = info.source
    return PluginNote(
        plugin=source.plugin,
        origin=str(source.origin),
        location=source.location,
        version=source.version,
        state=info.state,
        brings=dict(info.brings),
        problems=info.problems,
        seconds=info.seconds,
    )

"""`moe worker`: do queued runs."""

import asyncio
import ctypes
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pkgutil import resolve_name
from typing import Any

import click

from moe.app import App
from moe.cli.async_work import run_async
from moe.cli.exit_codes import EXIT_DONE
from moe.cli.outcome import tell
from moe.cli.problems import tell_misnamed
from moe.cli.session import Session, pass_session
from moe.cli.supervision import Supervisor, make_command
from moe.contracts.misfits import name_near
from moe_core.contracts.agent import Role
from moe_core.contracts.errors import RequestError, StorageError
from moe_core.text.amounts import count

_CHECKED_MAX = 200_000_000  # bytes, which take a second or two to read; `moe db status` checks any size
_ARENA_MAX = -8  # M_ARENA_MAX of <malloc.h>
_SIGNALS = ("SIGTERM", "SIGINT")


def _read_names(_ctx: click.Context, param: click.Parameter, text: str | None) -> tuple[str, ...]:
    """Names, parted by commas."""
    names = tuple(dict.fromkeys(filter(None, map(str.strip, (text or "").split(",")))))
    if text is not None and not names:
        raise click.BadParameter(f"{param.opts[0]} names nothing")
    return names


def _read_roles(ctx: click.Context, param: click.Parameter, text: str | None) -> tuple[str, ...]:
    """Layers, parted by commas."""
    names, known = _read_names(ctx, param, text), [str(role) for role in Role if role is not Role.OBSERVER]
    wrong = [name for name in names if name not in known]
    if wrong:
        raise click.BadParameter(f"{wrong[0]!r} is no role{name_near(wrong[0], known)}")
    return names


def _read_place(_ctx: click.Context, _param: click.Parameter, text: str | None) -> tuple[str, int] | None:
    """An address and a port, or a port of this machine's own address."""
    if text is None:
        return None
    host, _, port = text.rpartition(":")
    if not (port.isascii() and port.isdigit() and int(port) < 65_536):
        raise click.BadParameter(f"{text!r} is no [HOST:]PORT, as 9100 or 0.0.0.0:9100")
    return host.strip("[]") or "127.0.0.1", int(port)


@click.command()
@click.option(
    "--concurrency", metavar="N", type=click.IntRange(min=1), default=1, show_default=True, help="Runs at once."
)
@click.option(
    "--grace",
    metavar="SECONDS",
    type=click.FloatRange(min=0),
    default=30.0,
    show_default=True,
    help="How long runs have to end when it is told to stop; what is left goes back into the queue.",
)
@click.option(
    "--supervise",
    "size",
    metavar="N",
    type=click.IntRange(min=1),
    help="Begin N worker processes, and anew each that dies or no longer answers.",
)
@click.option(
    "--roles",
    metavar="ROLE,...",
    callback=_read_roles,
    help="Take only runs that these layers do: camina alone for questions that need no Belter; by default all.",
)
@click.option(
    "--models",
    metavar="NAME,...",
    callback=_read_names,
    help="Of the runs that name a model (--model), take only those that name one of these; by default all.",
)
@click.option(
    "--listen",
    "urls",
    metavar="URL",
    multiple=True,
    help="Do tasks of runs that are asked elsewhere, at this address, in place of queued runs. Repeatable.",
)
@click.option(
    "--metrics",
    metavar="[HOST:]PORT",
    callback=_read_place,
    help="Answer there at /metrics, /health/live and /health/ready, for whoever watches; by default on this machine.",
)
@click.option(
    "--advertise",
    "advertised",
    metavar="URL",
    multiple=True,
    help="Where others reach it, if that is not where it listens. Repeatable.",
)
@click.option(
    "--register",
    "registers",
    metavar="URL",
    multiple=True,
    help="Say in this register too that it is there: etcd://HOST:2379, consul://HOST:8500. Repeatable.",
)
@pass_session
def worker(
    session: Session,
    concurrency: int,
    grace: float,
    size: int | None,
    roles: tuple[str, ...],
    models: tuple[str, ...],
    urls: tuple[str, ...],
    metrics: tuple[str, int] | None,
    advertised: tuple[str, ...],
    registers: tuple[str, ...],
) -> int:
    """Do the runs that were left to workers, or tasks of runs that are asked elsewhere.

    It ends with SIGTERM or Ctrl-C; a second signal ends it at once. Several workers share a queue, in any terminal.

    \b
    Examples:
      moe worker
      moe worker --concurrency 4
      moe worker --supervise 2
      moe worker --models qwen3:8b,llama3.2
      moe worker --listen http://127.0.0.1:6001
      moe worker --metrics 9100
    """
    if metrics is not None and size is not None:
        raise click.UsageError("--metrics is one worker's; begin the workers one by one to watch them")
    app = session.app
    tell_misnamed(app.registry.problems)
    if urls:
        if size is not None or models or metrics is not None:
            raise click.UsageError("--listen goes with none of --supervise, --models and --metrics")
        listener = app.make_listener(
            urls, concurrency=concurrency, roles=roles, advertised=advertised, registers=registers
        )
        run_async(partial(_listen, listener, concurrency, grace))
        return EXIT_DONE
    if advertised or registers:
        raise click.UsageError("--advertise and --register go with --listen")
    if roles and Role.CAMINA not in roles:
        raise click.BadParameter(
            "a worker does runs whole, and Camina is part of each: name camina too", param_hint="--roles"
        )
    if not app.executor.is_durable:
        raise RequestError(
            f"the executor {app.executor.name} has no queue that other processes could fill",
            hint="pip install 'moe-core[durable]', and take system.executor auto or dbos",
        )
    if not app.config.system.record:
        raise RequestError("a worker keeps a record of its runs", hint="set system.record to true")
    _refuse_damage(app)
    if size is not None:
        words = [*session.globals.as_words(), "worker", "--concurrency", str(concurrency), "--grace", f"{grace:g}"]
        for option, names in (("--roles", roles), ("--models", models)):
            words += [option, ",".join(names)] if names else []
        if session.globals.plugin_choice is not None:
            os.environ["MOE_PLUGINS"] = session.globals.plugin_choice
        Supervisor(make_command(words), size, app.workers.list_workers).run()
        return EXIT_DONE
    _keep_one_heap()
    figures = None if metrics is None else resolve_name("moe.server.figures.worker_figures:WorkerFigures")()
    make = partial(app.make_worker, concurrency=concurrency, roles=roles, models=models, on_event=figures)
    while run_async(partial(_serve, app, make, grace, metrics, figures)):
        tell("it was silent for too long, and others have taken over; it joins anew")
    return EXIT_DONE


def _keep_one_heap() -> None:
    """Have glibc keep one heap for all threads, where there is glibc: an idle worker is 2 MB smaller by it."""
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def _refuse_damage(app: App) -> None:
    """Refuse to work on a record that is damaged: what is written into it may be lost with it."""
    upkeep = app.runs.upkeep
    status = upkeep.examine(is_checked=False)
    if status.kind == "sqlite" and status.size <= _CHECKED_MAX:
        status = upkeep.examine()
    if status.problems:
        raise StorageError(
            f"{status.place} is damaged: {status.problems[0]}",
            hint="moe db status tells all; copy the file, then move it away: moe makes a new one",
        )


@asynccontextmanager
async def _open_door(app: App, place: tuple[str, int] | None, figures: Any, worker: Any) -> AsyncIterator[None]:
    """Let the worker be watched, where a place for it is named."""
    if place is None:
        yield
        return
    door = resolve_name("moe.server.figures.door:WatchDoor")(
        tell_figures=partial(figures.tell, app), describe=worker.describe_health
    )
    host, port = place
    async with door.open(host, port) as found:
        tell(f"figures at http://{f'[{host}]' if ':' in host else host}:{found}/metrics")
        yield


async def _serve(app: App, make: Callable[[], Any], grace: float, place: tuple[str, int] | None, figures: Any) -> bool:
    """Work until it is over; whether that was only because the others thought this one dead."""
    worker = make()
    draining = _drain_when_told(worker, "run", grace)
    tell(f"worker {worker.worker_id} does {count(worker.concurrency, 'run')} at once; Ctrl-C ends it")
    await _tell_missed(app)
    async with _open_door(app, place, figures, worker):
        await worker.serve(grace_seconds=grace)
        await asyncio.gather(*draining)
    return worker.was_lost and not draining


async def _listen(listener: Any, concurrency: int, grace: float) -> None:
    """Do tasks until it is told to end."""
    draining = _drain_when_told(listener, "task", grace)
    where = " and ".join(listener.addresses)
    told = f"tasks are taken at {where}, {concurrency} at once; Ctrl-C ends it"
    await listener.serve(grace_seconds=grace, on_ready=partial(tell, told))
    await asyncio.gather(*draining)


def _drain_when_told(worker: Any, noun: str, grace: float) -> list[asyncio.Task[None]]:
    """Have a worker drain with the first signal, and the process end with the second; the draining, once it begins."""
    loop = asyncio.get_running_loop()
    draining: list[asyncio.Task[None]] = []

    def stop(number: int) -> None:
        if draining:
            os._exit(128 + number)  # at once; what it was doing can be gone on with
        tell(f"no {noun} is begun any more; those in work have {grace:g} s")
        draining.append(loop.create_task(worker.drain(seconds=grace)))

    for name in _SIGNALS:
        number = getattr(signal, name)
        loop.add_signal_handler(number, stop, number)
    return draining


async def _tell_missed(app: App) -> None:
    """Tell of what fell due since it was asked last; what is caught up with is asked now."""
    for one in await app.schedules.list() if app.executor.schedules else ():
        if one.missed_at > one.last_at and not one.catches_up:
            tell(f"schedule {one.name} was due {count(one.missed, 'time')} without a worker, last at {one.missed_at}")

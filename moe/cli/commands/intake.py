"""`moe intake`: queue what others leave at a message broker."""

import asyncio
import signal
from contextlib import suppress
from functools import partial
from typing import Any

import click

from moe.cli.async_work import run_async
from moe.cli.outcome import tell
from moe.cli.session import Session, pass_session
from moe_core.contracts.errors import RequestError
from moe_core.text.amounts import count


@click.command()
@click.argument("url", metavar="URL")
@pass_session
def intake(session: Session, url: str) -> None:
    """Queue what others leave at a message broker, for workers to do.

    URL names the queue: amqp://USER:PASSWORD@HOST/?queue=NAME (RabbitMQ), nats://HOST?queue=NAME (with JetStream) or
    kafka://HOST?queue=NAME. A message of the type moe.run holds {"request": {"question": ...}}; it becomes a run of
    the message's id, once, and is acknowledged when that is recorded. What cannot be read goes to NAME.dead, with the
    reason. It ends with SIGTERM or Ctrl-C.

    \b
    Example:
      moe intake "amqp://guest:guest@127.0.0.1/?queue=questions"
    """
    app = session.app
    if not app.executor.is_durable:
        raise RequestError(
            f"the executor {app.executor.name} has no queue that workers share",
            hint="pip install 'moe-core[durable]', and take system.executor auto or dbos",
        )
    made = app.make_intake(url, on_dead=tell)
    run_async(partial(_serve, made))
    tell(f"{count(made.taken, 'message')} became runs, {made.dead} went to the dead letters")


async def _serve(made: Any) -> None:
    """Take messages until it is told to end."""
    told = f"messages are taken at {made.address}; Ctrl-C ends it"
    serving = asyncio.create_task(made.serve(on_ready=partial(tell, told)))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, serving.cancel)
    with suppress(asyncio.CancelledError):
        await serving

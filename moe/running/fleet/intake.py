"""Work that comes in by a message broker: a message becomes a run that waits for a worker."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeAlias

from pydantic import ValidationError

from moe.contracts.misfits import describe_misfit, name_near
from moe.contracts.request import RunRequest
from moe_core.contracts.errors import MoeError, StorageError
from moe_core.contracts.transports import BrokerMessage
from moe_core.contracts.wire import decode_json

Submit: TypeAlias = Callable[[RunRequest, str], Awaitable[object]]

RUN_TYPE = "moe.run"
_TYPES = (RUN_TYPE,)
_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_SHOWN_MAX = 100  # characters of an id, for people
_BYTES_MAX = 1 << 20  # far more than a request may hold


class RunIntake:
    """Queues what messages ask, each under its own id: one that is delivered again is the run that there is.

    Attributes:
        taken: Messages that became runs, again delivered ones among them.
        dead: Messages that nobody can read.
    """

    def __init__(self, submit: Submit, *, on_dead: Callable[[str], None] = lambda _: None) -> None:
        """Make it.

        Args:
            submit: Queues a request under a run's id.
            on_dead: Told in one line of each message that goes to the dead letters.
        """
        self._submit = submit
        self._on_dead = on_dead
        self.taken = self.dead = 0

    def __repr__(self) -> str:
        return f"<RunIntake, {self.taken} taken, {self.dead} dead>"

    async def take(self, message: BrokerMessage) -> str:
        """Queue what a message asks; "" once that is recorded, else why it never can be.

        Raises:
            StorageError: It cannot be recorded now.
        """
        try:
            name, request = read_message(message)
            await self._submit(request, name)
        except StorageError:
            raise
        except (ValueError, MoeError) as error:
            self.dead += 1
            reason = error.message if isinstance(error, MoeError) else str(error)
            self._on_dead(f"message {_find_id(message) or 'without an id'} goes to the dead letters: {reason}")
            return reason
        self.taken += 1
        return ""


def read_message(message: BrokerMessage) -> tuple[str, RunRequest]:
    """The id of the run that a message asks for, and what is asked.

    Raises:
        ValueError: It says neither; why, in one line.
    """
    if len(message.body) > _BYTES_MAX:
        raise ValueError(f"the body has {len(message.body):,} bytes, of {_BYTES_MAX:,}")
    try:
        body = decode_json(dict[str, Any], message.body)
    except ValueError as error:
        raise ValueError(f"the body is no JSON object: {error}") from error
    kind = message.type or str(body.get("type") or "")
    if kind not in _TYPES:
        near = name_near(kind, list(_TYPES))
        raise ValueError(f"the type {kind!r} is unknown{near}" if kind else f"it has no type; write {RUN_TYPE}")
    name = message.message_id or str(body.get("id") or "")
    if not name:
        raise ValueError("it has no id, so that it could not be told from itself when it comes again")
    try:
        return make_run_name(name), RunRequest.model_validate(body.get("request"))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in ("request", *first["loc"]))
        raise ValueError(f"{place} {describe_misfit(first)}") from error


def _find_id(message: BrokerMessage) -> str:
    """What a message that could not be taken is known by, in one line: the broker's own id, else its body's."""
    name = message.message_id
    if not name and len(message.body) <= _BYTES_MAX:
        with suppress(ValueError):
            name = str(decode_json(dict[str, Any], message.body).get("id") or "")
    return " ".join(name.split())[:_SHOWN_MAX]


def make_run_name(message_id: str) -> str:
    """The id of a message's run: the message's own, where a run may be called so."""
    if _RUN_ID.fullmatch(message_id):
        return message_id
    return f"message-{hashlib.sha256(message_id.encode(errors='replace')).hexdigest()[:24]}"

"""The steps of one run, kept in the record of runs."""

from collections.abc import Collection, Mapping
from typing import TypeVar

import anyio.to_thread

from moe.storage.runs import RunStore
from moe_core.contracts.chain import Chain
from moe_core.contracts.errors import RequestError
from moe_core.contracts.wire import decode_json, encode_json
from moe_core.loading.registry import Registry

T = TypeVar("T")

RESULT = "result"
"""What the step of a whole task is called."""

BEGUN = ":begun"
"""Behind a step's name: that it has been begun, where it must not be done twice unasked."""

DECIDED = ":decided"
"""Behind a step's name and how often it was begun: what a person decided on it then."""


class RecordedSteps:
    """Steps that outlive the process; see `StepLog`.

    What waits to be written reaches the disk within some 20 ms, in the order in which it was kept: a step is there
    before any that was kept later.
    """

    can_wait = True

    def __init__(
        self, run_id: str, store: RunStore | None, *, past: Mapping[str, str] | None = None, is_closed: bool = False
    ) -> None:
        """Begin a log.

        Args:
            run_id: The run's.
            store: Where outcomes are kept; None keeps none.
            past: Outcomes of before, as JSON by step.
            is_closed: Every answer of a model or tool must be among them.
        """
        self._run_id = run_id
        self._prefix = f"{run_id}/"
        self._store = store
        self._past = past or {}
        self._is_closed = is_closed
        self._claimed: dict[tuple[str, str], int] = {}

    def __repr__(self) -> str:
        return f"<RecordedSteps of {self._run_id}, {len(self._past)} of before>"

    def claim(self, task_id: str, what: str) -> str:
        """The next step of that kind in a task: "1/2:merge:1"."""
        number = self._claimed[task_id, what] = self._claimed.get((task_id, what), 0) + 1
        return f"{task_id.removeprefix(self._prefix)}:{what}:{number}"

    def find(self, step: str, kind: type[T]) -> T | None:
        """What a step came to before; None when it had not ended, or another version of moe wrote it otherwise.

        Raises:
            RequestError: It is not among those that are all there is.
        """
        outcome = self._past.get(step)
        if outcome is None:
            if self._is_closed and not step.endswith((BEGUN, DECIDED)) and f":{RESULT}:" not in step:
                raise RequestError(f"step {step} is not in the record")
            return None
        try:
            return decode_json(kind, outcome)
        except ValueError:
            return None

    def keep(self, step: str, outcome: object) -> None:
        """Keep what a step came to."""
        if self._store is not None:
            self._store.keep_step(self._run_id, step, encode_json(outcome).decode())

    def list_below(self, task_id: str) -> dict[str, str]:
        """What is known of before of a task and the tasks below it."""
        task = task_id.removeprefix(self._prefix)
        return {step: outcome for step, outcome in self._past.items() if is_within(step, task)}

    async def mark(self, step: str) -> bool:
        """Keep that it is begun, and wait until that is on disk."""
        self.keep(step, True)
        if self._store is not None:
            await anyio.to_thread.run_sync(self._store.flush)
        return True


def is_within(step: str, task: str) -> bool:
    """Whether a step is one of a task, "1/2", or of a task below it."""
    return f"{step.partition(':')[0]}/".startswith(f"{task}/")


def is_worth_keeping(chain: Chain, registry: Registry, tools_off: Collection[str]) -> bool:
    """Whether a chain does what costs, cannot be done again or may wait.

    That is: it asks models, is elsewhere, where nobody here knows what it does, has effects, or asks a person.

    Args:
        chain: Who works.
        registry: Where the chain's names are looked up.
        tools_off: Tools that are not used.
    """
    members = tuple(chain.members())
    served = (one.provider for member in members for one in member.served_by())
    tools = (registry.tools.get(tool) for member in members for tool in member.tools if tool not in tools_off)
    return (
        any(registry.model_providers.get(name).value.is_language_model for name in served)
        or any(tool.effects or tool.asks_first for tool in tools)
        or any(registry.agents(member.role).get(member.full_id).value.urls for member in members)
    )

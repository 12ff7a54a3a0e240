"""Which executor brings queued runs to workers."""

from importlib.util import find_spec

from moe_core.contracts.executor import Executor, ExecutorPlace
from moe_core.loading.registry import Registry

AUTO = "auto"
"""In the place of a name: the best one that is there."""
INLINE = "inline"
DURABLE = "dbos"


def open_executor(registry: Registry, name: str, place: ExecutorPlace) -> Executor:
    """An executor, not begun.

    Args:
        registry: Where it is looked up.
        name: Its name, or "auto".
        place: Where it keeps what it must not forget.

    Raises:
        NameUnknownError: None has that name; near ones are named.
    """
    if name == AUTO:
        name = DURABLE if DURABLE in registry.executors and find_spec(DURABLE) else INLINE
    executor: type[Executor] = registry.executors.get(name).value
    return executor(place)

"""Which executor brings queued runs to workers."""

from moe_core.contracts.executor import Executor, ExecutorPlace
from moe_core.loading.registry import Registry

AUTO = "auto"
"""In the place of a name: the best one that is there."""
INLINE = "inline"


def open_executor(registry: Registry, name: str, place: ExecutorPlace) -> Executor:
    """An executor, not begun.

    Args:
        registry: Where it is looked up.
        name: Its name, or "auto".
        place: Where it keeps what it must not forget.

    Raises:
        NameUnknownError: None has that name; near ones are named.
    """
    executor: type[Executor] = registry.executors.get(INLINE if name == AUTO else name).value
    return executor(place)

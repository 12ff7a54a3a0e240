"""The process's one manager in front of pluggy: which of a plugin's functions are hooks, and whether they fit."""

from collections.abc import Callable, Iterator
from functools import cache
from threading import Lock

import msgspec
import pluggy

from moe_core.contracts import hookspecs
from moe_core.contracts.hookspecs import PROJECT_NAME


class HookMark(msgspec.Struct, frozen=True, kw_only=True):
    """What `@hookimpl` says of one function of a plugin.

    Attributes:
        hook: The hook that it implements, which may be none of moe's.
        is_optional: Nobody minds when there is no such hook.
        is_wrapper: It is to run around others.
    """

    hook: str
    is_optional: bool
    is_wrapper: bool


class HookManager:
    """Knows moe's hooks, and keeps nothing of the plugins it is asked about: one that is broken leaves no trace."""

    def __init__(self) -> None:
        self._manager = pluggy.PluginManager(PROJECT_NAME)
        self._manager.add_hookspecs(hookspecs)
        self._lock = Lock()  # of pluggy's tables; no plugin's code runs while it is held

    def __repr__(self) -> str:
        return f"<HookManager of {', '.join(sorted(vars(self._manager.hook)))}>"

    def find_mark(self, plugin: object, attribute: str) -> HookMark | None:
        """The mark of that attribute; None where it is not marked."""
        options = self._manager.parse_hookimpl_opts(plugin, attribute)
        if options is None:
            return None
        return HookMark(
            hook=options.get("specname") or attribute,
            is_optional=bool(options.get("optionalhook")),
            is_wrapper=bool(options.get("wrapper") or options.get("hookwrapper")),
        )

    def accepts(self, hook: str, implementation: Callable[..., object]) -> bool:
        """Whether the marked function can be called as that hook of moe's."""
        holder = _Holder(hook, implementation)
        with self._lock:
            try:
                self._manager.register(holder)
            except pluggy.PluginValidationError:
                return False
            finally:
                if self._manager.is_registered(holder):
                    self._manager.unregister(holder)
        return True


@cache
def get_hook_manager() -> HookManager:
    """The manager, made when it is first asked for."""
    return HookManager()


class _Holder:
    """One function as a plugin of its own, so that what is wrong with it does not take the plugin's others along."""

    def __init__(self, hook: str, implementation: Callable[..., object]) -> None:
        setattr(self, hook, implementation)

    def __dir__(self) -> Iterator[str]:
        return iter(vars(self))  # pluggy looks at every name listed

"""Reading what a module or object brings: its hooks and its classes."""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from types import ModuleType

from moe_core.contracts import hookspecs
from moe_core.contracts.hookspecs import API_VERSION, KIND_BY_HOOK, MODELFILES_HOOK
from moe_core.contracts.plugin import Kind
from moe_core.loading.plugins.declared_version import check_version
from moe_core.loading.plugins.hook_manager import get_hook_manager
from moe_core.loading.plugins.intake import Intake
from moe_core.loading.plugins.offers import BASES, is_offer, list_missing

HOOK_NAMES = (*KIND_BY_HOOK, MODELFILES_HOOK)
_HOW_TO_BRING = "define one, such as a subclass of BaseTool; a file that others only import gets a name with _ in front"
_HOW_TO_DECLARE = "write a hook, such as: @hookimpl def moe_tools(): return [{name}]"


def read_module(module: ModuleType, intake: Intake) -> None:
    """Take in everything that the module of a plugin folder brings: what its hooks return, and the classes it defines.

    Of a kind that one of its hooks returns, only what the hook returns counts. A plugin made for another API version
    is refused whole. Each hook stands alone: one that is misspelt, fails or returns the wrong thing does not take the
    others with it.
    """
    if not _check_compatible(module, intake):
        return
    hooks = _run_hooks(module, intake)
    told = [KIND_BY_HOOK[hook] for hook in hooks if hook in KIND_BY_HOOK]
    intake.run(lambda: _read_classes(module, intake, told), doing="while its classes were read", reason="contract")
    if not hooks and intake.is_untouched:
        intake.report("empty", "brings nothing: it defines neither a plugin class nor a hook", _HOW_TO_BRING)


def read_distribution(plugin: object, intake: Intake) -> None:
    """Take in what an entry point of a distribution brings: itself if it is a class, else what its hooks return."""
    if not _check_compatible(plugin, intake):
        return
    for kind in BASES:
        if is_offer(plugin, kind):
            intake.accept(kind, plugin)
            return
    if not _run_hooks(plugin, intake) and intake.is_untouched:
        defined = _list_offers(plugin) if isinstance(plugin, ModuleType) else []
        names = ", ".join(cls.__name__ for cls in defined) or "MyTool"
        intake.report("empty", "brings nothing: it implements no hook", _HOW_TO_DECLARE.format(name=names))


def _check_compatible(plugin: object, intake: Intake) -> bool:
    return bool(intake.run(lambda: _is_compatible(plugin, intake), doing="while it was looked at", reason="contract"))


def _run_hooks(plugin: object, intake: Intake) -> list[str]:
    return intake.run(lambda: _read_hooks(plugin, intake), doing="while its hooks were read", reason="hook") or []


def _is_compatible(plugin: object, intake: Intake) -> bool:
    return check_version(getattr(plugin, "MOE_API_VERSION", API_VERSION), intake)


def _read_classes(module: ModuleType, intake: Intake, told: Sequence[Kind]) -> None:
    """Take in the concrete classes that this module defines, those named _Like_this and the kinds told apart.

    An abstract one is a base for others; when nothing in the module derives from it, it is a mistake.
    """
    defined = _list_offers(module)
    for cls in defined:
        is_base = list_missing(cls) and any(cls in other.__mro__[1:] for other in defined)
        for kind in BASES:
            if kind not in told and is_offer(cls, kind) and not cls.__name__.startswith("_") and not is_base:
                intake.accept(kind, cls)


def _list_offers(module: ModuleType) -> list[type]:
    """The plugin classes that the module itself defines, each once."""
    defined = [
        value for value in vars(module).values() if isinstance(value, type) and value.__module__ == module.__name__
    ]
    return [cls for cls in dict.fromkeys(defined) if any(is_offer(cls, kind) for kind in BASES)]


def _read_hooks(plugin: object, intake: Intake) -> list[str]:
    """Take in what the hooks return; which there are."""
    hooks: list[str] = []
    manager = get_hook_manager()
    for attribute in dir(plugin):
        mark = manager.find_mark(plugin, attribute)
        if mark is None:
            if attribute in HOOK_NAMES and _is_defined_in(plugin, attribute):
                message = f"defines {attribute} without @hookimpl, so it is never called"
                intake.report("unmarked_hook", message, "write @hookimpl above it (from moe_core import hookimpl)")
        elif mark.hook not in HOOK_NAMES:
            if not mark.is_optional:
                _report_unknown(mark.hook, intake)
        elif mark.is_wrapper:
            intake.report("hook", f"wraps the hook {mark.hook}", "hooks return what a plugin brings; wrap nothing")
        else:
            hooks.append(mark.hook)
            _call_hook(mark.hook, getattr(plugin, attribute), intake)
    return hooks


def _is_defined_in(plugin: object, attribute: str) -> bool:
    value = inspect.getattr_static(plugin, attribute)
    return inspect.isfunction(value) and value.__module__ != hookspecs.__name__


def _report_unknown(hook: str, intake: Intake) -> None:
    near = get_close_matches(hook, HOOK_NAMES, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(HOOK_NAMES)}"
    intake.report("unknown_hook", f"implements {hook}, which is no hook of moe", hint)


def _call_hook(hook: str, implementation: Callable[..., object], intake: Intake) -> None:
    """Call the hook if it can be called, then take in what it returned."""
    if not get_hook_manager().accepts(hook, implementation):
        arguments = ", ".join(inspect.signature(implementation).parameters)
        message = f"its hook {hook} asks for arguments ({arguments}); it gets none"
        intake.report("hook", message, f"write: def {hook}():")
        return
    returned = intake.run(lambda: (implementation(),), doing=f"in its hook {hook}", reason="hook")
    if returned is not None:
        _take_result(hook, returned[0], intake)


def _take_result(hook: str, result: object, intake: Intake) -> None:
    if not isinstance(result, Iterable) or isinstance(result, str | bytes | Mapping | type):
        if inspect.iscoroutine(result):
            result.close()  # An async hook; closed so that nobody warns that it was never awaited.
        shown = "nothing" if result is None else f"a value of type {type(result).__name__}"
        intake.report("hook", f"its hook {hook} returned {shown}", "return a list")
        return
    for item in intake.run(lambda: list(result), doing=f"in its hook {hook}", reason="hook") or ():
        if hook == MODELFILES_HOOK:
            intake.accept_modelfiles_below(item)
        else:
            intake.accept(KIND_BY_HOOK[hook], item)

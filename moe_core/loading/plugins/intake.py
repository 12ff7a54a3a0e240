"""Collecting what one plugin brings, with everything that was wrong with it."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from moe_core.contracts.errors import ModelfileError, MoeError, PluginError
from moe_core.contracts.plugin import Entry, Kind, PluginInfo, PluginSource, PluginState, Problem
from moe_core.contracts.tool import BaseTool
from moe_core.loading.modelfile.load import load_agent
from moe_core.loading.plugins.bad_states import find_bad_state
from moe_core.loading.plugins.containment import LONGEST_OUTPUT, contain
from moe_core.loading.plugins.failures import explain_failure
from moe_core.loading.plugins.near_attributes import find_near_attributes
from moe_core.loading.plugins.offers import make_agent_entry, make_entry

T = TypeVar("T")


class LoadedPlugin(msgspec.Struct, frozen=True, kw_only=True):
    """One plugin that was found, and its entries.

    Attributes:
        modelfiles: The folders of modelfiles that it names.
    """

    info: PluginInfo
    entries: tuple[Entry[Any], ...] = ()
    modelfiles: tuple[Path, ...] = ()


class Intake:
    """One plugin being read. Whatever it does wrong becomes a problem with its name on it."""

    def __init__(self, source: PluginSource, *, category: str = "") -> None:
        self.source = source
        self._category = category
        self._entries: list[Entry[Any]] = []
        self._problems: list[Problem] = []
        self._output: list[str] = []
        self._modelfiles: list[Path] = []

    def __repr__(self) -> str:
        return f"<Intake of {self.source.plugin}: {len(self._entries)} entries, {len(self._problems)} problems>"

    def run(self, action: Callable[[], T], *, doing: str, reason: str) -> T | None:
        """Run the plugin's code; None, and a problem, when it fails.

        Args:
            action: What calls into the plugin.
            doing: For the problem, as in "while being imported".
            reason: The problem's slug, unless the failure itself tells a better one.
        """
        outcome = contain(action)
        self._output.append(outcome.output)
        if outcome.replaced:
            names = ", ".join(sorted(outcome.replaced))
            self.report("side_effect", f"replaces Python's own {names} {doing}", "give your own things other names")
        if outcome.failure is None:
            return outcome.value
        if isinstance(outcome.failure, PluginError):
            self.report(outcome.failure.reason, outcome.failure.message, outcome.failure.hint or "")
        else:
            self._explain(outcome.failure, doing=doing, reason=reason, location=self.source.location)
        return None

    def note_output(self, text: str) -> None:
        """Keep what the plugin has printed besides."""
        self._output.append(text)

    def report(self, reason: str, message: str, hint: str = "", *, location: str = "") -> None:
        """Note a problem of this plugin."""
        where = location or self.source.location
        self.note(Problem(plugin=self.source.plugin, reason=reason, message=message, hint=hint, location=where))

    def note(self, problem: Problem) -> None:
        """Take in a problem that was made before."""
        self._problems.append(problem)

    def accept(self, kind: Kind, offered: object) -> None:
        """Take in a class or persona; the same object twice counts once."""
        if any(entry.kind is kind and entry.offered is offered for entry in self._entries):
            return
        entry = self.run(
            lambda: make_entry(kind, offered, self.source, category=self._category),
            doing="while it was looked at",
            reason="contract",
        )
        if entry is not None:
            self.take(entry)
        if entry is not None and kind is Kind.TOOL:
            self._check_attributes(entry.load())

    def take(self, entry: Entry[Any]) -> None:
        """Take in what was checked before."""
        self._entries.append(entry)

    def accept_modelfile(self, path: Path) -> None:
        """Read a modelfile and take in its agent."""
        source = replace(self.source, location=str(path))
        outcome = contain(lambda: make_agent_entry(load_agent(path), source))
        error = outcome.failure
        if outcome.value is not None:
            self._entries.append(outcome.value)
        elif isinstance(error, ModelfileError):
            where = f"{path}:{error.line}:{error.column}"
            self.report("modelfile", f"{error.error_code}: {error.message}", error.hint or "", location=where)
        elif isinstance(error, MoeError):
            self.report("modelfile", error.message, error.hint or "", location=str(path))
        elif error is not None:
            self._explain(error, doing="while being read", reason="modelfile", location=str(path))

    def accept_modelfiles_below(self, folder: object) -> None:
        """Take in every agent whose modelfile lies in the folder or its sub-folders."""
        if not isinstance(folder, Path):
            self.report("hook", f"names the modelfile folder {folder!r:.80}", "return pathlib.Path values")
            return
        self._modelfiles.append(folder)
        if not folder.is_dir():
            self.report(
                "modelfile", f"names the modelfile folder {folder}, which does not exist", "mend moe_modelfiles"
            )
        else:
            for path in sorted(folder.rglob("*.moe")):
                self.accept_modelfile(path)

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was brought and nothing found wrong."""
        return not self._entries and not self._problems

    def finish(self, *, state: PluginState = "active", seconds: float | None = None) -> LoadedPlugin:
        """The plugin as it was found. Names that it brings twice are left out, each with a problem.

        Args:
            state: What it is in when it can be used.
            seconds: How long all that took.
        """
        self._check_output()
        entries = self._drop_doubles()
        brings: dict[str, list[str]] = defaultdict(list)
        for entry in entries:
            brings[str(entry.kind)].append(entry.name)
        problems = tuple(dict.fromkeys(self._problems))
        if problems and not entries:
            state = find_bad_state(problems)
        info = PluginInfo(
            source=self.source,
            state=state,
            brings={kind: tuple(names) for kind, names in brings.items()},
            problems=problems,
            output="".join(self._output)[:LONGEST_OUTPUT],
            seconds=seconds,
        )
        return LoadedPlugin(info=info, entries=tuple(entries), modelfiles=tuple(self._modelfiles))

    def _check_attributes(self, cls: type[BaseTool]) -> None:
        for name, near in find_near_attributes(cls):
            message = f"{cls.__name__} sets {name}, which tools do not declare: it does nothing"
            self.report("attribute", message, f"did you mean {near}?")

    def _check_output(self) -> None:
        if sum(map(len, self._output)) >= LONGEST_OUTPUT:
            size = LONGEST_OUTPUT >> 10
            self.report("output", f"printed more than {size} KB while being imported", "print nothing at import")

    def _explain(self, error: BaseException, *, doing: str, reason: str, location: str) -> None:
        self._problems.append(
            explain_failure(error, plugin=self.source.plugin, location=location, doing=doing, reason=reason)
        )

    def _drop_doubles(self) -> list[Entry[Any]]:
        owners: dict[tuple[str, str], list[str]] = defaultdict(list)
        for entry in self._entries:
            owners[entry.kind, entry.name].append(getattr(entry.offered, "__name__", f"a {entry.kind}"))
        for (kind, name), values in owners.items():
            if len(values) > 1:
                spoken = kind.replace("_", " ")
                message = f"brings {len(values)} {spoken}s named {name!r} ({', '.join(values)}); none is used"
                self.report("collision", message, "give each its own name")
        return [entry for entry in self._entries if len(owners[entry.kind, entry.name]) == 1]

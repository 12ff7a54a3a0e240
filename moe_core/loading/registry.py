"""The registry: an immutable snapshot of everything that is there, by kind and name."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Generic, TypeVar

import msgspec

from moe_core.contracts.agent import AgentSpec, Role
from moe_core.contracts.discovery import WorkerRegister
from moe_core.contracts.errors import NameTakenError, NameUnknownError
from moe_core.contracts.executor import Executor
from moe_core.contracts.loader import Loader
from moe_core.contracts.model import ModelProvider
from moe_core.contracts.persona import Persona
from moe_core.contracts.plugin import Entry, Kind, PluginInfo, Problem
from moe_core.contracts.retriever import Retriever
from moe_core.contracts.scorer import Scorer
from moe_core.contracts.tool import BaseTool
from moe_core.contracts.transports import Transport
from moe_core.contracts.traversal import TraversalStrategy

T = TypeVar("T")


class Catalog(Generic[T]):
    """The entries of one kind. A short name that two plugins bring is the bundled one's, or resolves to neither."""

    def __init__(self, kind: Kind | Role, entries: Iterable[Entry[T]] = ()) -> None:
        self.kind = kind
        self._entries = tuple(entries)
        by_name: dict[str, list[Entry[T]]] = defaultdict(list)
        for entry in self._entries:
            by_name[entry.name].append(entry)
        self._by_name: Mapping[str, list[Entry[T]]] = dict(by_name)
        contenders = {name: _list_contenders(entries) for name, entries in by_name.items()}
        by_short = {name: found[0] for name, found in contenders.items() if len(found) == 1}
        self._settled = by_short | {entry.full_id: entry for entry in self._entries}

    def __iter__(self) -> Iterator[Entry[T]]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, name: object) -> bool:
        return name in self._settled

    def __repr__(self) -> str:
        return f"<Catalog of {self.kind}: {', '.join(self.names()) or 'empty'}>"

    def names(self) -> list[str]:
        """Short names, sorted, each once."""
        return sorted(self._by_name)

    def find(self, name: str) -> Entry[T] | None:
        """The entry of that short name or full id, or None when there is none.

        Raises:
            NameTakenError: Several plugins bring the name, and moe itself does not.
        """
        settled = self._settled.get(name)
        if settled is None and name in self._by_name:
            found = _list_contenders(self._by_name[name])
            raise NameTakenError(
                self.kind,
                name,
                owners=[entry.full_id for entry in found],
                hint=self._word_choice(found[0]),
            )
        return settled

    def find_name(self, entry: Entry[T]) -> str:
        """What reaches the entry: its short name, or its full id where that name is another's or nobody's."""
        return entry.name if self._settled.get(entry.name) is entry else entry.full_id

    def get(self, name: str) -> Entry[T]:
        """The entry of that short name or full id.

        Raises:
            NameUnknownError: There is none; the nearest names are in the hint.
            NameTakenError: Several plugins bring the name.
        """
        entry = self.find(name)
        if entry is None:
            raise NameUnknownError(self.kind, name, near=self.nearest(name), hint=self._hint_for(name))
        return entry

    def nearest(self, name: str) -> list[str]:
        """Up to three names like this one, best first."""
        lowered = {known.lower(): known for known in self._by_name}
        close = get_close_matches(name.lower(), lowered, n=3, cutoff=0.6)
        inside = [known for low, known in lowered.items() if len(name) > 2 and name.lower() in low]
        return list(dict.fromkeys([lowered[low] for low in close] + sorted(inside)))[:3]

    def collisions(self) -> dict[str, list[Entry[T]]]:
        """Short names that several plugins bring, with their entries."""
        return {name: found for name, found in sorted(self._by_name.items()) if len(found) > 1}

    def describe_collisions(self) -> Iterator[Problem]:
        """A problem for each such name: nobody's, or kept by the bundled one."""
        for name, entries in self.collisions().items():
            try:
                kept = self.find(name)
            except NameTakenError as error:
                plugins = ", ".join(entry.source.plugin for entry in entries)
                yield Problem(plugin=plugins, reason="collision", message=error.message, hint=error.hint or "")
                continue
            for entry in entries:
                if entry is not kept:
                    kind, where = str(self.kind).replace("_", " "), entry.source.location
                    message = f"brings the {kind} {name}, which moe has: it is known as {entry.full_id} only"
                    hint = f"to use it in place of moe's: {self._word_choice(entry)}"
                    yield Problem(
                        plugin=entry.source.plugin, reason="collision", message=message, hint=hint, location=where
                    )

    def _word_choice(self, entry: Entry[T]) -> str:
        return f"write into config/{self._config_file()}: {entry.name}: {{use: {entry.source.plugin!r}}}"

    def _hint_for(self, name: str) -> str | None:
        if self.nearest(name):
            return None
        return f"there are: {', '.join(self.names())}" if self._by_name else "none is registered"

    def _config_file(self) -> str:
        return "tools.yaml" if self.kind is Kind.TOOL else "models.yaml"


def _list_contenders(entries: Sequence[Entry[T]]) -> list[Entry[T]]:
    """Those that a short name may mean: the bundled one if there is one, for nobody takes a name from moe."""
    bundled = [entry for entry in entries if entry.source.origin == "bundled"]
    return bundled if len(bundled) == 1 else list(entries)


class Registry(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is there. Never changes; a reload makes another one."""

    tools: Catalog[type[BaseTool]] = msgspec.field(default_factory=lambda: Catalog(Kind.TOOL))
    model_providers: Catalog[type[ModelProvider]] = msgspec.field(default_factory=lambda: Catalog(Kind.MODEL_PROVIDER))
    traversals: Catalog[type[TraversalStrategy]] = msgspec.field(default_factory=lambda: Catalog(Kind.TRAVERSAL))
    scorers: Catalog[type[Scorer]] = msgspec.field(default_factory=lambda: Catalog(Kind.SCORER))
    personas: Catalog[Persona] = msgspec.field(default_factory=lambda: Catalog(Kind.PERSONA))
    retrievers: Catalog[type[Retriever]] = msgspec.field(default_factory=lambda: Catalog(Kind.RETRIEVER))
    loaders: Catalog[type[Loader]] = msgspec.field(default_factory=lambda: Catalog(Kind.LOADER))
    executors: Catalog[type[Executor]] = msgspec.field(default_factory=lambda: Catalog(Kind.EXECUTOR))
    transports: Catalog[type[Transport]] = msgspec.field(default_factory=lambda: Catalog(Kind.TRANSPORT))
    discoveries: Catalog[type[WorkerRegister]] = msgspec.field(default_factory=lambda: Catalog(Kind.DISCOVERY))
    caminas: Catalog[AgentSpec] = msgspec.field(default_factory=lambda: Catalog(Role.CAMINA))
    belters: Catalog[AgentSpec] = msgspec.field(default_factory=lambda: Catalog(Role.BELTER))
    drummers: Catalog[AgentSpec] = msgspec.field(default_factory=lambda: Catalog(Role.DRUMMER))
    observers: Catalog[AgentSpec] = msgspec.field(default_factory=lambda: Catalog(Role.OBSERVER))
    plugins: tuple[PluginInfo, ...] = ()
    problems: tuple[Problem, ...] = ()

    def agents(self, role: Role) -> Catalog[AgentSpec]:
        """The agents of one layer."""
        by_role = {
            Role.CAMINA: self.caminas,
            Role.BELTER: self.belters,
            Role.DRUMMER: self.drummers,
            Role.OBSERVER: self.observers,
        }
        return by_role[role]

    def catalog(self, kind: Kind | Role) -> Catalog[Any]:
        """What there is of one kind."""
        by_kind: dict[Kind, Catalog[Any]] = {
            Kind.TOOL: self.tools,
            Kind.MODEL_PROVIDER: self.model_providers,
            Kind.TRAVERSAL: self.traversals,
            Kind.SCORER: self.scorers,
            Kind.PERSONA: self.personas,
            Kind.RETRIEVER: self.retrievers,
            Kind.LOADER: self.loaders,
            Kind.EXECUTOR: self.executors,
            Kind.TRANSPORT: self.transports,
            Kind.DISCOVERY: self.discoveries,
        }
        return self.agents(kind) if isinstance(kind, Role) else by_kind[kind]

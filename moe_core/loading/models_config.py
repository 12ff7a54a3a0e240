"""What config/models.yaml makes of agents and providers: registrations, choices, removals."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from moe_core.contracts.agent import AgentSpec, Role
from moe_core.contracts.choice import AUTO
from moe_core.contracts.errors import PluginError
from moe_core.contracts.plugin import Entry, Kind, Later, PluginSource, Problem
from moe_core.loading.choices import choose_plugin
from moe_core.loading.modelfile.options import OPTION_TYPES
from moe_core.loading.plugins.offers import make_agent_entry
from moe_core.loading.settings import ModelEntry

MODELS_CONFIG = "config/models.yaml"
_OF_AGENTS = ("base_url", "port", "provider", "capabilities", "description", "system", "parameters")
_NEAR_OPTION = 0.8  # of difflib: a provider may have options of its own, which are like ours by chance below that


class ModelOverlay:
    """Agents, providers and their like while the settings are applied, and what did not work."""

    def __init__(self, entries: Iterable[Entry[Any]], settings: Mapping[str, ModelEntry]) -> None:
        self._settings = settings
        self.entries = list(entries)
        self.problems: list[Problem] = []

    def __repr__(self) -> str:
        return f"<ModelOverlay of {len(self._settings)} settings on {len(self.entries)} entries>"

    def apply(self) -> None:
        """Register the agents that have a `type`, then choose, then remove what is disabled.

        An entry with a `type` speaks of that role only; one without speaks of every kind but tools.
        """
        for name, settings in self._settings.items():
            if settings.type is not None and settings.enabled and settings.use in (None, MODELS_CONFIG):
                self._register(name, Role(settings.type), settings)
        for name, settings in self._settings.items():
            if settings.use is not None:
                self.entries, problem = choose_plugin(
                    self.entries, name, settings.use, config=MODELS_CONFIG, kind=settings.type
                )
                self.problems += [problem] if problem else []
        for name, settings in self._settings.items():
            if settings.urls and settings.type is None:
                self._place_elsewhere(name, settings)
        for name, settings in self._settings.items():
            is_empty = settings.type is None and settings.base is None and settings.use is None and not settings.urls
            if is_empty and not settings.describes_model:
                self._check_known(name, settings)
        for name, settings in self._settings.items():
            self._check_names(name, settings)
        for name, settings in self._settings.items():
            if not settings.enabled:
                self.entries = [entry for entry in self.entries if not _is_meant(entry, name, settings)]

    def _register(self, name: str, role: Role, settings: ModelEntry) -> None:
        if settings.base is None:
            message = f"{name} has the type {role} but no base"
            self._report(name, "config", message, "name its model: base: model:version")
            return
        source = PluginSource(plugin=MODELS_CONFIG, origin="config", location=MODELS_CONFIG)
        try:
            self.entries.append(make_agent_entry(_make_agent(name, role, settings.base, settings), source))
        except PluginError as error:
            self._report(name, error.reason, error.message, error.hint or "")

    def _place_elsewhere(self, name: str, settings: ModelEntry) -> None:
        """Have an agent that is there do its tasks elsewhere."""
        meant = [id(one) for one in self.entries if isinstance(one.kind, Role) and _is_meant(one, name, settings)]
        self.entries = [_place(one, settings.urls) if id(one) in meant else one for one in self.entries]
        if not meant:
            known = sorted({entry.name for entry in self.entries if isinstance(entry.kind, Role)})
            near = get_close_matches(name, known, n=3)
            hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}"
            self._report(name, "name_unknown", f"there is no agent {name} that could be elsewhere", hint)

    def _check_known(self, name: str, settings: ModelEntry) -> None:
        """An entry that is neither an agent nor an alias must speak of something that is there."""
        meant = [entry for entry in self.entries if _is_meant(entry, name, settings)]
        idle = ", ".join(key for key in _OF_AGENTS if key in settings.model_fields_set)
        if not meant and ":" in name and idle:
            return  # where a model is served that an agent names
        if not meant:
            described = (*Role, Kind.MODEL_PROVIDER)  # what else has a name here may be removed, and nothing more
            kinds = described if settings.enabled else {entry.kind for entry in self.entries}
            near = get_close_matches(name, sorted({entry.name for entry in self.entries if entry.kind in kinds}), n=3)
            hint = f"did you mean {' or '.join(near)}? " if near else ""
            hint += "A new agent needs type and base, an alias needs base"
            self._report(name, "name_unknown", f"there is no agent or provider {name} to configure", hint)
        elif idle and all(entry.kind is Kind.MODEL_PROVIDER for entry in meant):
            hint = f"set it in config/providers.yaml, below providers: {name}:"
            self._report(name, "config", f"{idle} of {name} does not count here, as it is a provider", hint)
        elif idle:
            hint = f"write a model's name in place of {name} to say where it is served, or give it type and base"
            self._report(name, "config", f"{idle} of {name} does not count without type and base", hint)

    def _check_names(self, name: str, settings: ModelEntry) -> None:
        """What an entry names must be there: its provider; of its parameters, those that are nearly one of ours."""
        known = sorted({entry.name for entry in self.entries if entry.kind is Kind.MODEL_PROVIDER})
        ids = {entry.full_id for entry in self.entries if entry.kind is Kind.MODEL_PROVIDER}
        if settings.provider and settings.provider not in (AUTO, *known, *ids):
            near = get_close_matches(settings.provider.lower(), known, n=3)
            hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}"
            self._report(name, "name_unknown", f"no provider is named {settings.provider}", hint)
        for parameter in settings.parameters:
            near = get_close_matches(parameter.lower(), OPTION_TYPES, n=1, cutoff=_NEAR_OPTION)
            if near and parameter not in OPTION_TYPES:
                self._report(name, "config", f"{parameter} is no runtime option", f"did you mean {near[0]}?")

    def _report(self, name: str, reason: str, message: str, hint: str) -> None:
        where = f"{MODELS_CONFIG}: {name}"
        self.problems.append(Problem(plugin=where, reason=reason, message=message, hint=hint, location=MODELS_CONFIG))


def _make_agent(name: str, role: Role, base: str, settings: ModelEntry) -> AgentSpec:
    base_url = settings.base_url or (f"http://127.0.0.1:{settings.port}" if settings.port else "")
    served = {"provider": settings.provider or "", "base_url": base_url}
    return AgentSpec(
        name=name,
        role=role,
        base=base,
        system=settings.system,
        description=settings.description,
        capabilities=settings.capabilities,
        parameters=settings.parameters,
        urls=settings.urls,
        meta={key: value for key, value in served.items() if value},
    )


def _place(entry: Entry[AgentSpec], urls: tuple[str, ...]) -> Entry[AgentSpec]:
    return replace(entry, offered=Later(lambda: replace(entry.load(), urls=urls)))


def _is_meant(entry: Entry[Any], name: str, settings: ModelEntry) -> bool:
    return name in (entry.name, entry.full_id) and settings.type in (None, str(entry.kind))

"""Building the registry: what was found, with the configuration laid over it."""

from collections.abc import Iterable
from typing import Any

from moe_core.contracts.agent import Role
from moe_core.contracts.plugin import Entry, Kind, PluginInfo, Problem
from moe_core.loading.locations import Locations
from moe_core.loading.models_config import ModelOverlay
from moe_core.loading.part_settings import apply_part_settings
from moe_core.loading.plugins.discovery import Discovery, discover_plugins
from moe_core.loading.plugins.probing.prober import DEFAULT_SECONDS
from moe_core.loading.plugins.selection import Selection
from moe_core.loading.registry import Catalog, Registry
from moe_core.loading.settings import KernelConfig, ProviderOrder
from moe_core.loading.tools_config import ToolOverlay

_CHOSEN = ("replaced", "disabled", "untrusted")


def build_registry(
    config: KernelConfig,
    locations: Locations,
    *,
    with_distributions: bool = True,
    is_fresh: bool = False,
    seconds: float = DEFAULT_SECONDS,
    more: tuple[Iterable[Entry[Any]], Iterable[Problem]] = ((), ()),
) -> Registry:
    """Find every plugin and lay the configuration over what they bring.

    Nothing that a plugin or an entry of the configuration does wrong is raised: it is left out, and in the
    registry's `problems`. Equal files, distributions and configuration give equal registries.

    Args:
        config: The configuration, already validated.
        locations: Where to look.
        with_distributions: Whether installed distributions count.
        is_fresh: Try every plugin anew.
        seconds: How long each plugin may take that has to be tried.
        more: Entries that no plugin brings, and what is wrong with others of their kind.
    """
    discovery = discover_plugins(
        locations,
        selection=Selection(choice=locations.plugin_choice, switches=config.plugins.switches),
        with_distributions=with_distributions,
        is_fresh=is_fresh,
        seconds=seconds,
    )
    return assemble_registry(config, discovery, more=more)


def assemble_registry(
    config: KernelConfig,
    discovery: Discovery,
    *,
    more: tuple[Iterable[Entry[Any]], Iterable[Problem]] = ((), ()),
) -> Registry:
    """Lay the configuration over plugins that were already found."""
    entries = [*(entry for plugin in discovery.plugins for entry in plugin.entries), *more[0]]
    tools = ToolOverlay((entry for entry in entries if entry.kind is Kind.TOOL), config.tools)
    tools.apply()
    others = ModelOverlay((entry for entry in entries if entry.kind is not Kind.TOOL), config.models)
    others.apply()
    parts, part_problems = apply_part_settings(others.entries, config.system)
    kept = _without_disabled_providers([*tools.entries, *parts], config.providers)
    infos = (*(plugin.info for plugin in discovery.plugins), *discovery.unused)
    configured = [*tools.problems, *others.problems, *part_problems]
    problems = [*discovery.problems, *more[1], *_list_problems(infos), *configured]
    return make_registry(kept, plugins=infos, problems=problems)


def make_registry(
    entries: Iterable[Entry[Any]], *, plugins: Iterable[PluginInfo] = (), problems: Iterable[Problem] = ()
) -> Registry:
    """Sort entries into catalogs; names that several plugins bring become problems."""
    entries = tuple(entries)

    def pick(kind: Kind | Role) -> Catalog[Any]:
        return Catalog(kind, (entry for entry in entries if entry.kind is kind))

    catalogs = {kind: pick(kind) for kind in (*Kind, *Role)}
    collisions = [problem for catalog in catalogs.values() for problem in catalog.describe_collisions()]
    return Registry(
        tools=catalogs[Kind.TOOL],
        model_providers=catalogs[Kind.MODEL_PROVIDER],
        traversals=catalogs[Kind.TRAVERSAL],
        scorers=catalogs[Kind.SCORER],
        personas=catalogs[Kind.PERSONA],
        retrievers=catalogs[Kind.RETRIEVER],
        loaders=catalogs[Kind.LOADER],
        executors=catalogs[Kind.EXECUTOR],
        transports=catalogs[Kind.TRANSPORT],
        discoveries=catalogs[Kind.DISCOVERY],
        caminas=catalogs[Role.CAMINA],
        belters=catalogs[Role.BELTER],
        drummers=catalogs[Role.DRUMMER],
        observers=catalogs[Role.OBSERVER],
        plugins=tuple(plugins),
        problems=(*problems, *collisions),
    )


def _without_disabled_providers(entries: list[Entry[Any]], settings: ProviderOrder) -> list[Entry[Any]]:
    disabled = {name for name, entry in settings.providers.items() if not entry.enabled}
    return [entry for entry in entries if entry.kind is not Kind.MODEL_PROVIDER or entry.name not in disabled]


def _list_problems(infos: Iterable[PluginInfo]) -> list[Problem]:
    """What the plugins did wrong. To be replaced or switched off is a choice of the user's, not a fault."""
    return [problem for info in infos if info.state not in _CHOSEN for problem in info.problems]

"""TEMPORARY placeholder until the SmartRouter lands (replace this file)."""

from collections.abc import Mapping

from moe_core.loading.config import Config
from moe_core.loading.registry import Registry
from moe_core.routing.route import Route


class SmartRouter:
    def __init__(self, registry: Registry, config: Config) -> None:
        self._registry = registry

    def route(
        self,
        text: str,
        *,
        belter: str | None = None,
        has_documents: bool = False,
        performance: Mapping[str, float] | None = None,
    ) -> Route:
        name = self._registry.belters.get(belter or self._registry.belters.names()[0]).name
        return Route(route=name, belters=(name,), scores={name: 1.0}, runner_up="", why="placeholder")

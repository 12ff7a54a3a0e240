"""The SmartRouter: which Belters a request goes to, and why, without asking a model."""

from collections.abc import Mapping
from functools import cached_property

from moe_core.contracts.route import Route
from moe_core.loading.registry import Registry
from moe_core.loading.settings import KernelConfig
from moe_core.routing.candidates import build_profiles
from moe_core.routing.picker import RoutePicker, RouteRules


class SmartRouter:
    """Routes requests among the registered Belters, and to Camina alone when a question is plain.

    It learns from the agents' own modelfiles (examples, vocabulary, capabilities, description) when it is first asked,
    and gives the same route for the same request.
    """

    def __init__(self, registry: Registry, config: KernelConfig) -> None:
        self._registry = registry
        self._config = config

    def __repr__(self) -> str:
        return f"<SmartRouter to {', '.join(self._registry.belters.names()) or 'no Belter'}>"

    def route(
        self,
        text: str,
        *,
        belter: str | None = None,
        has_documents: bool = False,
        performance: Mapping[str, float] | None = None,
    ) -> Route:
        """Choose who works on a request.

        Args:
            text: The request, in any length or script.
            belter: The Belter that the user asks for by name.
            has_documents: Documents are given: a plain question then goes to the Belter who knows them, since
                evidence work needs one. The scores are about the request alone and stay as they are.
            performance: Past success of agents by name, in [0, 1]; 0.5, or none, changes nothing.

        Raises:
            NameUnknownError: `belter` is not registered; the nearest names are in the hint.
            NameTakenError: Several plugins bring `belter`.
        """
        if belter is not None:
            return self._obey(belter)
        return self._picker.pick(text, has_documents=has_documents, performance=performance)

    @cached_property
    def rules(self) -> RouteRules:
        """What routes are picked by; a registry never changes."""
        return RouteRules(
            profiles=build_profiles(self._registry),
            max_belters=self._config.system.max_belters,
            share_min=self._config.thresholds.route_share,
        )

    @cached_property
    def _picker(self) -> RoutePicker:
        return RoutePicker(self.rules)

    def _obey(self, belter: str) -> Route:
        entry = self._registry.belters.get(belter)
        name = self._registry.belters.find_name(entry)
        why = f"{belter} was asked for by name"
        return Route(route=entry.name, belters=(name,), scores={entry.name: 1.0}, runner_up="", why=why)

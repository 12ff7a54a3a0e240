"""Which mode a run is in: what its models were measured to be able to do decides who serves its agents."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import anyio

from moe.asking.servers.capability import MEASURE_SECONDS, choose_mode, find_mismatch, measure_model
from moe.asking.servers.capability_store import CapabilityStore
from moe.asking.servers.providers import open_providers
from moe.contracts.capability import Capability, ModeChoice
from moe.running.settings import RunConfig
from moe_core.contracts.chain import Chain, Member, Served
from moe_core.contracts.mode import AUTO_MODE, Mode
from moe_core.contracts.model import ModelProvider
from moe_core.loading.registry import Registry

AS_ASKED = "as asked for"
_ORDER = (Mode.QUOTES, Mode.READER, Mode.FULL)
_HOW_TO_OVERRIDE = "--mode full asks it for everything all the same"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeSelector:
    """Puts chains into a mode.

    Attributes:
        registry: The providers.
        store: What was measured before.
    """

    registry: Registry
    store: CapabilityStore

    async def select(
        self, chain: Chain, config: RunConfig, *, asked: str | None, seconds: float = MEASURE_SECONDS
    ) -> Chain:
        """The chain in its mode: with less than full, agents that need no model are served by rule.

        Args:
            chain: Who works, by the modelfiles.
            config: Where servers are, and which mode is configured.
            asked: The request's mode; None for the configured one.
            seconds: What measuring may take.
        """
        served = [member.served for member in chain.members() if self._is_language_model(member.served)]
        if not served:
            return replace(chain, mode=Mode.QUOTES)
        wanted = asked or config.system.mode
        if wanted != AUTO_MODE:
            return self._put(chain, ModeChoice(mode=Mode(wanted), why=AS_ASKED))
        measured = await self.measure(served, config, seconds=seconds)
        if not measured:
            return chain
        choices = [choose_mode(one.model, found) for one, found in measured.items()]
        choice = min(choices, key=lambda one: _ORDER.index(one.mode))
        mismatches = [find_mismatch(one.model, found) for one, found in measured.items()]
        told = [words for words in mismatches if words]
        if choice.mode is not Mode.FULL:
            told.append(f"mode {choice.mode}: {choice.why}; {_HOW_TO_OVERRIDE}")
        return self._put(replace(chain, warnings=(*chain.warnings, *dict.fromkeys(told))), choice)

    async def measure(
        self, served: Iterable[Served], config: RunConfig, *, is_fresh: bool = False, seconds: float = MEASURE_SECONDS
    ) -> dict[Served, Capability]:
        """What models on servers can do; those of providers without a server are taken at their word, and left out.

        Args:
            served: The models.
            config: Where their servers are.
            is_fresh: Measure also what was measured before.
            seconds: What each may take.
        """
        wanted = dict.fromkeys(served)
        found: dict[Served, Capability] = {}
        async with open_providers(wanted, config, self.registry) as providers, anyio.create_task_group() as group:
            for one in wanted:
                provider = providers[one.provider, one.base_url]
                group.start_soon(self._measure_one, one, provider, found, is_fresh, seconds)
        return {one: found[one] for one in wanted if one in found}

    async def _measure_one(
        self,
        served: Served,
        provider: ModelProvider,
        found: dict[Served, Capability],
        is_fresh: bool,
        seconds: float,
    ) -> None:
        endpoint = provider.endpoint()
        if endpoint is None:
            return
        key = {"provider": served.provider, "address": endpoint.address, "model": served.model}
        known = None if is_fresh else self.store.find(**key)
        if known is None:
            known = await measure_model(provider, served.model, seconds=seconds)
            self.store.keep(known, **key)
        found[served] = known

    def _put(self, chain: Chain, choice: ModeChoice) -> Chain:
        top = chain.top()

        def change(member: Member) -> Member:
            if choice.mode is Mode.FULL or (choice.mode is Mode.READER and member is top):
                return member
            return self._serve_by_rule(member)

        return replace(map_members(chain, change), mode=choice.mode, mode_reason=choice.why)

    def _serve_by_rule(self, member: Member) -> Member:
        """The member served by its first fallback that is no language model, else by any such provider."""
        own = next((one for one in member.served_by() if not self._is_language_model(one)), None)
        others = (entry for entry in self.registry.model_providers if entry.value.is_free and entry.alias_of == "")
        free = next((entry for entry in others if not entry.value.is_language_model), None)
        if own is None and free is None:
            return member
        served = own or Served(provider=free.name if free else "", model=free.name if free else "")
        return replace(member, served=served, fallbacks=())

    def _is_language_model(self, served: Served) -> bool:
        return self.registry.model_providers.get(served.provider).value.is_language_model


def map_members(chain: Chain, change: Callable[[Member], Member]) -> Chain:
    """The chain with another member in each place."""
    return replace(
        chain,
        camina=change(chain.camina) if chain.camina else None,
        belters=tuple(map(change, chain.belters)),
        drummers=tuple(map(change, chain.drummers)),
    )

"""Which mode a run is in: what its models were measured to be able to do decides who serves its agents."""

from collections.abc import Callable
from dataclasses import replace

import msgspec

from moe.asking.servers.capability import MEASURE_SECONDS
from moe.asking.servers.capability_store import CapabilityStore
from moe.asking.servers.measuring import judge_models, measure_models
from moe.contracts.capability import ModeChoice
from moe.running.settings import RunConfig
from moe_core.contracts.chain import Chain, Member, Served
from moe_core.contracts.mode import AUTO_MODE, Mode
from moe_core.loading.registry import Registry

AS_ASKED = "as asked for"
_ORDER = (Mode.QUOTES, Mode.READER, Mode.FULL)
_HOW_TO_OVERRIDE = "--mode full asks it for everything all the same"


class ModeSelector(msgspec.Struct, frozen=True, kw_only=True):
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
        measured = await measure_models(served, self.registry, config, self.store, seconds=seconds)
        if not measured:
            return chain
        judged = judge_models(measured)
        choice = min((one.choice for one in judged), key=lambda one: _ORDER.index(one.mode))
        told = [one.mismatch for one in judged if one.mismatch]
        if choice.mode is not Mode.FULL:
            told.append(f"mode {choice.mode}: {choice.why}; {_HOW_TO_OVERRIDE}")
        return self._put(replace(chain, warnings=(*chain.warnings, *dict.fromkeys(told))), choice)

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

"""What `auto` means: the first provider of the order that is well, asked side by side and remembered for a moment."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

import anyio
import msgspec
from msgspec.structs import replace

from moe.asking.servers.health import ask_provider
from moe.asking.servers.permission import ServerPermit, ServerWord, describe_users, find_users, read_address
from moe.asking.settings import AskingConfig
from moe.contracts.providers import ProviderStatus
from moe_core.contracts.choice import AUTO, PassedOver, ProviderChoice
from moe_core.contracts.errors import RequestError
from moe_core.contracts.model import ModelProvider
from moe_core.contracts.plugin import Entry
from moe_core.loading.registry import Registry
from moe_core.routing.model_resolution import Need, list_needs
from moe_core.routing.stand_ins import find_stand_in, has_model

LOOK_SECONDS = 1.0  # a server of this machine answers in milliseconds
SECOND_LOOK_SECONDS = 4.0  # one that loads a model, or on a busy machine, does not: rather late than overlooked
REMEMBERED_SECONDS = 5.0  # runs that follow at once need not look again

_HOW_TO_NAME = "name one of its models: system.roles in config/system.yaml"

_HOW_TO_ALLOW = "say so, or add extractive to providers.order, which needs no server"

ProviderEntry: TypeAlias = Entry[type[ModelProvider]]


class ProviderSelector:
    """Decides what `auto` means.

    All providers of the order are asked side by side, and no longer than it takes to know the first that will do; those
    that were silent are given longer where no other will do. What they said is remembered for some seconds, for
    whichever run asks next.
    """

    def __init__(
        self,
        registry: Registry,
        *,
        permit: ServerPermit | None = None,
        look_seconds: float = LOOK_SECONDS,
        second_look_seconds: float = SECOND_LOOK_SECONDS,
        remembered_seconds: float = REMEMBERED_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._registry = registry
        self._permit = permit or ServerPermit()
        self._look_seconds = look_seconds
        self._second_look_seconds = second_look_seconds
        self._remembered_seconds = remembered_seconds
        self._clock = clock
        self._remembered: dict[str, tuple[float, ProviderStatus]] = {}

    def __repr__(self) -> str:
        return f"<ProviderSelector that remembers {', '.join(self._remembered) or 'nothing'}>"

    async def choose(self, config: AskingConfig) -> ProviderChoice | None:
        """The provider of a run; None when the configuration names one, or none of the order is registered.

        The first that is well and can serve every model that the agents need is taken, else the first that can serve
        some of them, else the first without a language model. What stands behind that one in the order is not asked.
        A server that nobody has named is asked how it is; it is taken only when the user has said that it may be.

        Args:
            config: The registry's, with what the request says in place.

        Raises:
            RequestError: There is none but a server that the user has not allowed.
            ConfigError: MOE_ALLOW_SERVERS lists what is no address.
        """
        if config.system.provider != AUTO:
            return None
        self._permit.read_listed()  # within the task group its error would be wrapped
        entries = list(_list_candidates(self._registry, config))
        if not entries:
            return None
        needs = list_needs(config, self._registry)
        seen = await self._see(entries, needs, config, self._look_seconds)
        silent = [one.status.name for one in seen if one.is_silent]
        if silent and not any(one.served and not one.is_last_resort for one in seen):
            for name in silent:
                self._remembered.pop(name, None)
            seen = await self._see(entries, needs, config, self._second_look_seconds)
        return _decide(seen, entries, config)

    async def _see(
        self, entries: Sequence[ProviderEntry], needs: Sequence[Need], config: AskingConfig, seconds: float
    ) -> list["_Seen"]:
        """What the providers say, in their order, up to the first that will do."""
        statuses: dict[str, ProviderStatus] = {}
        answered = {entry.name: anyio.Event() for entry in entries}
        seen: list[_Seen] = []

        async def look(entry: ProviderEntry) -> None:
            statuses[entry.name] = await self._look(entry, config, seconds)
            answered[entry.name].set()

        async with anyio.create_task_group() as group:
            for entry in entries:
                group.start_soon(look, entry)
            for entry in entries:
                if entry.value.is_last_resort and any(one.served for one in seen):
                    break
                await answered[entry.name].wait()
                judged = self._judge(entry, statuses[entry.name], needs, config)
                seen.append(replace(judged, is_last_resort=entry.value.is_last_resort))
                if seen[-1].is_whole:
                    break
            group.cancel_scope.cancel()
        return seen

    def _judge(
        self, entry: ProviderEntry, status: ProviderStatus, needs: Sequence[Need], config: AskingConfig
    ) -> "_Seen":
        if not status.health.ok:
            return _Seen(status=status)
        word = ServerWord.YES if _is_named(status, config) else self._permit.find_word(status.address)
        if word is not ServerWord.YES:
            return _Seen(status=status, word=word)
        return _match(entry, status, needs)

    async def _look(self, entry: ProviderEntry, config: AskingConfig, seconds: float) -> ProviderStatus:
        now = self._clock()
        at, status = self._remembered.get(entry.name, (0.0, None))
        if status is None or not 0 <= now - at < self._remembered_seconds:
            status = await ask_provider(entry, self._registry, config, seconds=seconds, keeps_to_what_is_named=True)
            self._remembered[entry.name] = (self._clock(), status)
        return status


class _Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A provider that has answered, and what it could do for the agents.

    Attributes:
        stand_ins: (wanted, taken).
        missing: Models that it can neither serve nor replace.
        served: How many models it can serve or replace; 0 when it is not well, or not allowed.
        word: What the user has said of its server.
    """

    status: ProviderStatus
    stand_ins: tuple[tuple[str, str], ...] = ()
    missing: tuple[Need, ...] = ()
    served: int = 0
    word: ServerWord = ServerWord.YES
    is_last_resort: bool = False

    @property
    def is_silent(self) -> bool:
        """Whether it took all the time that it was given."""
        return not self.status.health.ok and self.status.seconds > 0

    @property
    def is_whole(self) -> bool:
        """Whether it is well, allowed, and serves all."""
        return self.status.health.ok and self.word is ServerWord.YES and not self.missing

    def why_not(self) -> str:
        """Why it is not the one."""
        if not self.status.health.ok:
            return self.status.health.detail or "it is not well"
        if self.word is not ServerWord.YES:
            return self._tell_word()
        named = [need.model for need in self.missing if not need.is_replaceable]
        if named:
            return f"it has no model {named[0]!r}, which the configuration names"
        return f"it lacks the models that the agents want, and where a key is sent none is guessed; {_HOW_TO_NAME}"

    def _tell_word(self) -> str:
        address = self.status.address
        if self.word is ServerWord.NO:
            return f"you have said no to {address}; `moe servers allow {address}` says yes"
        whose = describe_users(find_users(read_address(address)))
        return (
            f"found at {address}{whose}, but you have not said that it may read documents and questions; "
            f"`moe servers allow {address}` does"
        )


def _list_candidates(registry: Registry, config: AskingConfig) -> Iterator[ProviderEntry]:
    """The order's providers, each once, up to the first last resort."""
    seen = set()
    for name in config.providers.order:
        entry = registry.model_providers.find(name)
        if entry is None or entry.name in seen:
            continue
        seen.add(entry.name)
        yield entry
        if entry.value.is_last_resort:
            return


def _is_named(status: ProviderStatus, config: AskingConfig) -> bool:
    """Whether the configuration says where the server is, or there is none; one elsewhere is asked only when named."""
    if not status.address:
        return True
    entry = config.providers.providers.get(status.name)
    return entry is not None and (bool(entry.base_url) or not read_address(status.address).is_loopback)


def _match(entry: ProviderEntry, status: ProviderStatus, needs: Sequence[Need]) -> _Seen:
    if entry.value.serves_any_model or not status.models:
        return _Seen(status=status, served=max(1, len(needs)))
    stand_ins, missing = [], []
    for need in needs:
        if has_model(need.model, status.models):
            continue
        stand_in = find_stand_in(need.model, status.models) if need.is_replaceable and status.has_free_choice else None
        if stand_in is None:
            missing.append(need)
        else:
            stand_ins.append((need.model, stand_in))
    return _Seen(
        status=status, stand_ins=tuple(stand_ins), missing=tuple(missing), served=max(1, len(needs)) - len(missing)
    )


def _decide(seen: Sequence[_Seen], entries: Sequence[ProviderEntry], config: AskingConfig) -> ProviderChoice:
    """The last when it serves all, else the first that serves any, else the first: its own failure will be told."""
    taken = seen[-1] if seen[-1].is_whole else next((one for one in seen if one.served), None)
    if taken is None:
        taken = next((one for one in seen if one.word is ServerWord.YES), None)
    if taken is None:
        raise RequestError(f"{seen[0].status.name} was {seen[0].why_not()}", hint=_HOW_TO_ALLOW)
    has_model = next(entry for entry in entries if entry.name == taken.status.name).value.is_language_model
    passed_over = [
        PassedOver(
            provider=one.status.name,
            why=one.why_not(),
            is_named=one.status.name in config.providers.providers and one.word is ServerWord.YES,
            asks_for=one.status.address if one.word is ServerWord.NONE else "",
        )
        for one in seen
        if one is not taken
    ]
    first = f"{taken.status.name} comes first"
    passed_over += [PassedOver(provider=entry.name, why=first) for entry in entries[len(seen) :]]
    return ProviderChoice(
        provider=taken.status.name,
        about=taken.status.health.detail,
        stand_ins=dict(taken.stand_ins),
        missing=tuple(need.model for need in taken.missing),
        passed_over=tuple(passed_over),
        has_model=has_model,
    )

"""What a process knows of its model servers: a breaker and the limits of each, the same for all runs.

One `Resilience` serves a process, in one event loop at a time.
"""

import time
from collections.abc import Awaitable, Callable

import anyio

from moe.asking.holding.breaker import Breaker
from moe.asking.holding.guard import CallGuard
from moe.asking.holding.rate_limit import RateLimiter, RateWindow
from moe.asking.holding.retry import RetryPolicy
from moe.asking.servers.model_settings import find_model_facts
from moe.asking.settings import AskingConfig, ProviderEntry
from moe_core.contracts.model import ModelProvider


class Resilience:
    """The breakers and limits of all servers that are asked, by the configuration."""

    def __init__(
        self,
        config: AskingConfig,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        """Know of no server yet.

        Args:
            config: `system.resilience`, and the limits of providers and models.
            clock: For breakers and limits.
            sleep: What waits between retries.
        """
        self._config = config
        self._clock = clock
        self._sleep = sleep
        self._limits = find_model_facts(config.models)
        self._breakers: dict[tuple[str, str], Breaker] = {}
        self._limiters: dict[tuple[str, ...], RateLimiter | None] = {}
        self._guards: dict[tuple[str, str, str, float], CallGuard] = {}
        self._processes = self._processes_here = 1
        self._local: set[tuple[str, ...]] = set()

    def __repr__(self) -> str:
        return f"<Resilience of {len(self._breakers)} servers>"

    def guard(self, provider: ModelProvider, model: str) -> CallGuard:
        """What holds calls to a model of a provider's server; the same for all runs."""
        endpoint = provider.endpoint()
        address, is_local = find_address(provider), endpoint is not None and endpoint.is_local
        key = (provider.name, address, model, provider.settings.timeout_seconds)
        guard = self._guards.get(key)
        if guard is None:
            guard = self._guards[key] = self._make_guard(provider, address, model, is_local)
        return guard

    def share(self, processes: int, here: int) -> None:
        """Take of every limit what falls to this process.

        Args:
            processes: That ask the same servers, this one among them.
            here: Of these, on this machine: only they share a server that is on this machine.
        """
        if (processes, here) == (self._processes, self._processes_here):
            return
        self._processes, self._processes_here = max(1, processes), max(1, here)
        for server, limiter in self._limiters.items():
            self._share_one(server, limiter)

    def _share_one(self, server: tuple[str, ...], limiter: RateLimiter | None) -> None:
        if limiter is not None:
            limiter.share(self._processes_here if server[:2] in self._local else self._processes)

    def _make_guard(self, provider: ModelProvider, address: str, model: str, is_local: bool) -> CallGuard:
        settings = self._config.system.resilience
        server = (provider.name, address)
        if is_local:
            self._local.add(server)
        if server not in self._breakers:
            self._breakers[server] = Breaker(
                failures_max=settings.breaker_failures, rest_seconds=settings.breaker_rest_seconds, clock=self._clock
            )
            entry = self._config.providers.providers.get(provider.name, ProviderEntry())
            default = settings.local_max_concurrent if is_local else None
            self._limiters[server] = self._make_limiter(entry.max_concurrent or default, entry.requests_per_minute)
        if (*server, model) not in self._limiters:
            limits = self._limits.get(model)
            self._limiters[(*server, model)] = (
                self._make_limiter(limits.max_concurrent, limits.requests_per_minute) if limits else None
            )
        for key in (server, (*server, model)):
            self._share_one(key, self._limiters[key])
        # A model's turn comes first: who waits for it must not keep others from the server.
        limiters = (self._limiters[(*server, model)], self._limiters[server])
        return CallGuard(
            provider=provider.name,
            model=model,
            address=address,
            breaker=self._breakers[server],
            limiters=tuple(limiter for limiter in limiters if limiter is not None),
            policy=RetryPolicy(
                attempts_max=settings.attempts_max,
                wait_first_seconds=settings.wait_first_seconds,
                wait_max_seconds=settings.wait_max_seconds,
            ),
            timeout_seconds=provider.settings.timeout_seconds,
            sleep=self._sleep,
        )

    def _make_limiter(self, max_concurrent: int | None, per_minute: int | None) -> RateLimiter | None:
        if max_concurrent is None and per_minute is None:
            return None
        window = RateWindow(per_minute, clock=self._clock) if per_minute is not None else None
        return RateLimiter(max_concurrent=max_concurrent, window=window)


def find_address(provider: ModelProvider) -> str:
    """Where a provider's server is; as the provider says, else as configured."""
    endpoint = provider.endpoint()
    return provider.settings.base_url if endpoint is None else endpoint.address

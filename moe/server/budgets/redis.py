"""Budgets in Redis, which several machines share."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import redis

from moe.server.budgets.store import KEPT_SECONDS, BudgetGrant, BudgetHold
from moe_core.contracts.errors import StorageError

_TIMEOUT_SECONDS = 4.0  # so that a server that is not there is told of within five
# Each is done whole before any other, by the one clock of the server.
_HOLD = """
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local spent = tonumber(redis.call('GET', KEYS[1]) or '0')
local held = 0
for _, tokens_until in ipairs(redis.call('HVALS', KEYS[2])) do
    local tokens, last = string.match(tokens_until, '^(%d+) (.+)$')
    if tonumber(last) > now then held = held + tonumber(tokens) end
end
local granted = math.max(0, math.min(tonumber(ARGV[2]), tonumber(ARGV[3]) - spent - held))
if granted > 0 then
    redis.call('HSET', KEYS[2], ARGV[1], string.format('%d %.3f', granted, now + tonumber(ARGV[4])))
    redis.call('EXPIRE', KEYS[2], ARGV[5])
end
return {granted, spent, held}
"""
_RENEW = """
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known then
    local tokens = string.match(known, '^(%d+) ')
    redis.call('HSET', KEYS[1], ARGV[1], string.format('%d %.3f', tonumber(tokens), now + tonumber(ARGV[2])))
    redis.call('EXPIRE', KEYS[1], ARGV[3])
end
"""
_SETTLE = """
if redis.call('HDEL', KEYS[2], ARGV[1]) == 1 then
    redis.call('INCRBY', KEYS[1], ARGV[2])
    redis.call('EXPIRE', KEYS[1], ARGV[3])
end
"""
_KEPT = int(KEPT_SECONDS)


class RedisBudgets:
    """Budgets in Redis; see `BudgetStore`.

    Args:
        address: redis://… or rediss://…
    """

    def __init__(self, address: str) -> None:
        self._places: dict[str, str] = {}  # of holds that go on, by their ids
        with self._mapped_errors():
            self._redis = redis.Redis.from_url(
                address, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
            )

    def __repr__(self) -> str:
        return "<RedisBudgets>"  # without the address, which may hold a password

    def hold(self, wanted: BudgetHold) -> BudgetGrant:
        """Hold what is wanted as far as the account has it."""
        spent_key, held_key = _name_keys(wanted.account, wanted.period)
        values = (wanted.hold_id, wanted.tokens, wanted.limit, wanted.seconds, _KEPT)
        told = self._do(_HOLD, (spent_key, held_key), values)
        granted, spent, held = (int(one) for one in told)
        if granted:
            self._places[wanted.hold_id] = held_key
        return BudgetGrant(tokens=granted, spent=spent, held=held)

    def renew(self, hold_ids: list[str], seconds: float) -> None:
        """Hold so much longer what goes on."""
        for hold_id in hold_ids:
            if hold_id in self._places:
                self._do(_RENEW, (self._places[hold_id],), (hold_id, seconds, _KEPT))

    def settle(self, hold: BudgetHold, tokens: int) -> None:
        """Count what was spent in place of what was held."""
        self._do(_SETTLE, _name_keys(hold.account, hold.period), (hold.hold_id, tokens, _KEPT))
        self._places.pop(hold.hold_id, None)

    def charge(self, account: str, period: str, tokens: int) -> None:
        """Count what was spent without a hold."""
        spent_key, _ = _name_keys(account, period)
        with self._mapped_errors():
            pipe = self._redis.pipeline()
            pipe.incrby(spent_key, tokens)
            pipe.expire(spent_key, _KEPT)
            pipe.execute()

    def close(self) -> None:
        """Give the connections back."""
        self._redis.close()

    def _do(self, script: str, keys: tuple[str, ...], values: tuple[object, ...]) -> Any:
        with self._mapped_errors():
            return self._redis.eval(script, len(keys), *keys, *(str(value) for value in values))

    @contextmanager
    def _mapped_errors(self) -> Iterator[None]:
        try:
            yield
        except (redis.RedisError, ValueError, OSError) as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise StorageError(f"budgets cannot be counted: {reason}", hint="is server.budgets right?") from error


def _name_keys(account: str, period: str) -> tuple[str, str]:
    """The keys of an account's period; the braces keep both on one server of a cluster."""
    place = f"moe:budget:{{{account}}}:{period}"
    return f"{place}:spent", f"{place}:held"

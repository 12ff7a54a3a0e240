"""How many tokens a request has: the server's own count where it matters, an estimate that learns elsewhere."""

import hashlib
from collections import OrderedDict, deque
from collections.abc import Sequence

import anyio

from moe_core.contracts.errors import ModelError
from moe_core.contracts.messages import Message
from moe_core.contracts.model import ModelProvider
from moe_core.text.token_estimate import TokenRatio, estimate_tokens

# What estimates are raised by, for they are off by more than a few per cent now and then.
RESERVE = 0.15
# What a chat template puts around a message, and before the answer.
_PER_MESSAGE, _PER_REQUEST = 4.0, 3.0
# Below this share of the limit an estimate cannot be so far off that it matters.
_ASK_FROM_SHARE = 0.6
_REMEMBERED = 256
_WAITING_MAX = 8  # older ones would weigh a sixth of the newest at most
# A server that takes longer to count is not asked again: the estimate does as well.
_ASK_SECONDS = 2.0


class RatioLearner:
    """What a model's counts are to the estimates, learnt from its replies when somebody wants to know.

    Estimating costs more than all else about a reply, and most requests are far too short for the ratio to matter.
    """

    def __init__(self) -> None:
        self._ratio = TokenRatio()
        self._waiting: deque[tuple[tuple[Message, ...], int]] = deque(maxlen=_WAITING_MAX)

    def learn(self, messages: Sequence[Message], *, counted: int) -> None:
        """Take in a count."""
        self._waiting.append((tuple(messages), counted))

    @property
    def ratio(self) -> TokenRatio:
        """By all counts so far."""
        while self._waiting:
            messages, counted = self._waiting.popleft()
            self._ratio = self._ratio.learn(counted=counted, estimated=_estimate(messages))
        return self._ratio


class TokenCounter:
    """Counts for one model; shared by all that ask it.

    Attributes:
        learner: Knows what the model's counts were to the estimates so far.
    """

    def __init__(self, provider: ModelProvider, *, model: str, learner: RatioLearner | None = None) -> None:
        self._provider = provider
        self._model = model
        self._counts: OrderedDict[bytes, int] = OrderedDict()
        self._is_server_asked = True
        self.learner = learner or RatioLearner()

    def __repr__(self) -> str:
        ratio = self.learner.ratio
        return f"<{type(self).__name__} of {self._model}: {ratio.value:.2f} after {ratio.samples}>"

    def estimate(self, messages: Sequence[Message]) -> float:
        """Tokens of the messages by what was learnt so far, reserve included."""
        return self._raise(_estimate(messages))

    def estimate_text(self, text: str) -> float:
        """The same for text that will stand in a message."""
        return self._raise(estimate_tokens(text))

    async def count(self, messages: Sequence[Message], *, tokens_max: float) -> float:
        """Tokens of the messages, exact where the server counts and it could matter.

        The server is asked when the estimate comes near the limit, once for equal messages; what it says is learnt.
        """
        estimated = self.estimate(messages)
        if not self._is_server_asked or estimated < _ASK_FROM_SHARE * tokens_max:
            return estimated
        counted = await self._ask(messages)
        return estimated if counted is None else counted

    def learn(self, messages: Sequence[Message], *, prompt_tokens: int) -> None:
        """Take in what a reply's usage, or an overflow's message, says about a request."""
        self.learner.learn(messages, counted=prompt_tokens)

    async def _ask(self, messages: Sequence[Message]) -> int | None:
        key = _hash(messages)
        if key in self._counts:
            self._counts.move_to_end(key)
            return self._counts[key]
        counted: int | None = None
        try:
            with anyio.move_on_after(_ASK_SECONDS):
                counted = await self._provider.count_tokens(messages, model=self._model)
        except ModelError:
            return None
        except Exception:  # noqa: BLE001, S110 - a plugin's own fault; the estimate does as well
            pass
        if counted is None:
            self._is_server_asked = False
            return None
        self._counts[key] = counted
        if len(self._counts) > _REMEMBERED:
            self._counts.popitem(last=False)
        self.learn(messages, prompt_tokens=counted)
        return counted

    def _raise(self, estimated: float) -> float:
        return estimated * self.learner.ratio.value * (1 + RESERVE)


def _estimate(messages: Sequence[Message]) -> float:
    return sum((estimate_tokens(message.content) + _PER_MESSAGE for message in messages), _PER_REQUEST)


def _hash(messages: Sequence[Message]) -> bytes:
    made = hashlib.blake2b(digest_size=16)
    for message in messages:
        content = message.content.encode("utf-8", "surrogatepass")
        made.update(f"{message.role}:{len(content)}:".encode() + content)
    return made.digest()

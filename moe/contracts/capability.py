"""What a model was measured to be able to do."""

import msgspec

from moe_core.contracts.chain import Served
from moe_core.contracts.mode import Mode


class Capability(msgspec.Struct, frozen=True, kw_only=True):
    """What one short request told of a model on its server.

    Attributes:
        tokens_per_second: Written, once it had begun.
        seconds: All of the request took, loading the model included.
        is_valid: The reply was an object of the form that was asked for.
        stops: It came to an end by itself, in a sentence or two.
        is_right: It understood three sentences.
        context_tokens: What the model reads, answer included.
        parameters: Weights of the model, as its server says; 0 when it does not.
        has_chat_template: False for a model that was never taught to answer, as far as its server says.
        failure: Why there was no reply; "" when there was one.
        at: Unix time in seconds.
    """

    tokens_per_second: float = 0.0
    seconds: float = 0.0
    is_valid: bool = False
    stops: bool = False
    is_right: bool = False
    context_tokens: int = 0
    parameters: int = 0
    has_chat_template: bool = True
    failure: str = ""
    at: float = 0.0


class ModeChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A mode, and why it is that one."""

    mode: Mode
    why: str


class MeasuredModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model, what it was measured to be able to do, and what that makes of a run.

    Attributes:
        mismatch: What to say when it is another than its name says; "" when it is not.
    """

    served: Served
    found: Capability
    choice: ModeChoice
    mismatch: str = ""

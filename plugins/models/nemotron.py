"""NVIDIA's Nemotron models, hosted or from a NIM of one's own."""

import re
from dataclasses import replace
from typing import Any, Literal

from moe_core import Health, Message, ModelError, ModelProvider, ModelRequest, hookimpl
from moe_core.contracts.wire import JsonObject
from moe_kit.serving.dialects import Dialect, dialect_of_host
from moe_kit.serving.openai_protocol import OpenAIProtocolProvider
from moe_kit.serving.provider import PROBE_SECONDS

__all__ = ["NemotronProvider", "find_switch", "moe_model_providers"]

Switch = Literal["template", "slash", "detailed", ""]

_SWITCHES: tuple[tuple[Switch, re.Pattern[str]], ...] = (
    ("template", re.compile(r"nemotron-[3-9](\.\d+)?-")),
    ("slash", re.compile(r"nemotron.*(v1\.5|nano-\d+b-v2|v2)\b")),
    ("detailed", re.compile(r"llama-3\.\d-nemotron-(nano|super|ultra)")),
)
_THINKING_SAMPLING: JsonObject = {"temperature": 0.6, "top_p": 0.95}


def find_switch(model: str) -> Switch:
    """How a Nemotron model is told to think: by its chat template, by "/think", by a system message, or not at all."""
    name = re.sub(r"(?<=\d)_(?=\d)", ".", model.lower()).replace("_", "-")
    return next((switch for switch, pattern in _SWITCHES if pattern.search(name)), "")


class NemotronProvider(OpenAIProtocolProvider):
    """Asks NVIDIA's API catalogue, or with `base_url` a NIM or any other server that runs Nemotron models.

    Options, beside those of every OpenAI-compatible server:
        think: true, false or "low"; each family is told in its own way. Left out, each does as it is used to.
        reasoning_budget: Most tokens that Nemotron 3 thinks.
    """

    name = "nemotron"
    summary = "NVIDIA Nemotron: the hosted models with a key, or a NIM of your own"
    default_url = "https://integrate.api.nvidia.com/v1"
    start_hint = "start the NIM"
    styles = ("json_schema", "nvext", "json_object", "none")

    def write_body(self, request: ModelRequest, dialect: Dialect) -> dict[str, Any]:
        """The request, its model told whether to think."""
        think = request.parameters.get("think", self.settings.options.get("think"))
        switch = find_switch(request.model)
        plain = {name: value for name, value in request.parameters.items() if name != "think"}
        if think is not None and switch == "detailed":
            sampling = _THINKING_SAMPLING if think else {"temperature": 0.0}
            order = Message(role="system", content=f"detailed thinking {'on' if think else 'off'}")
            request = replace(request, messages=(order, *request.messages), parameters={**sampling, **plain})
        elif think is not None and switch == "slash":
            request = replace(request, messages=_order_by_slash(request.messages, thinks=bool(think)))
        body = super().write_body(replace(request, parameters={**request.parameters, "think": None}), dialect)
        if think is not None and switch == "template":
            told: dict[str, Any] = {"enable_thinking": bool(think)}
            if think == "low":
                told["low_effort"] = True
            body["chat_template_kwargs"] = told
            budget = self.settings.options.get("reasoning_budget")
            if think and isinstance(budget, int) and budget > 0:
                body["reasoning_budget"] = budget
        return body

    async def health(self) -> Health:
        """Whether the service lists a model; a NIM that is still loading says so itself."""
        if dialect_of_host(self.address.host) is None:
            clock = self.server.start_clock(seconds_max=PROBE_SECONDS)
            try:
                ready = await self.server.get(f"{self.address.api}/health/ready", clock=clock)
            except ModelError as error:
                return self.unwell(error)
            if ready.status == 503:
                return Health(ok=False, detail=f"the NIM at {self.address.api} is not ready yet")
        return await super().health()


def _order_by_slash(messages: tuple[Message, ...], *, thinks: bool) -> tuple[Message, ...]:
    """The messages with the order at the beginning of the system prompt."""
    order = "/think" if thinks else "/no_think"
    if messages and messages[0].role == "system":
        return (replace(messages[0], content=f"{order}\n{messages[0].content}"), *messages[1:])
    return (Message(role="system", content=order), *messages)


@hookimpl
def moe_model_providers() -> list[type[ModelProvider]]:
    """Nemotron."""
    return [NemotronProvider]

"""The check of a model provider passes a good one, and names what is wrong with each bad one."""

import pytest

from moe_core import (
    Health,
    ModelReply,
    ModelUnavailableError,
    Usage,
)
from moe_core.contracts.messages import ReplyPart
from moe_core.testing import (
    ConformanceError,
    ScriptedModel,
    check_provider,
)

COUNTED = Usage(prompt_tokens=9, completion_tokens=4, requests=1)


def answer_well(request):
    return ModelReply(text='{"answer":"Ada Merrow"}', data={"answer": "Ada Merrow"}, model=request.model, usage=COUNTED)


def answer_in_text_only(request):
    return ModelReply(text='{"answer":"Ada Merrow"}', model=request.model, usage=COUNTED)


@pytest.mark.anyio
@pytest.mark.parametrize("answer", [answer_well, answer_in_text_only])
async def test_a_good_provider_passes(answer):
    await check_provider(ScriptedModel(answer))


class Dead(ScriptedModel):
    async def health(self):
        return Health(ok=False, detail="no server at 127.0.0.1")


@pytest.mark.anyio
async def test_a_provider_without_its_server_passes_when_it_fails_properly():
    await check_provider(Dead(ModelUnavailableError("no server")))


class Plain(ScriptedModel):
    async def stream(self, request, schema=None):
        yield "text"


class Stuttering(ScriptedModel):
    async def stream(self, request, schema=None):
        reply = await self.generate(request)
        yield ReplyPart(text="other")
        yield ReplyPart(text=reply.text, reply=reply)


class Endless(ScriptedModel):
    async def stream(self, request, schema=None):
        yield ReplyPart(text=(await self.generate(request)).text)


class Clinging(ScriptedModel):
    """Cannot be asked again when a stream was left in its middle."""

    is_held = False

    async def generate(self, request):
        if self.is_held:
            raise OSError("in use")
        return await super().generate(request)

    async def stream(self, request, schema=None):
        reply = await self.generate(request)
        self.is_held = True
        yield ReplyPart(text=reply.text)
        self.is_held = False
        yield ReplyPart(reply=reply)


class Miscounting(ScriptedModel):
    async def count_tokens(self, messages, *, model):
        return 0


class Sick(ScriptedModel):
    async def health(self):
        raise OSError("no server")


class Silent(Dead):
    async def health(self):
        return Health(ok=False)


class Narrow(ScriptedModel):
    async def max_context_tokens(self, model):
        return 0


class Forgetful(ScriptedModel):
    async def models(self):
        return None


class Lopsided(ScriptedModel):
    async def embed(self, texts, *, model):
        return [[1.0]]


class Fickle(ScriptedModel):
    is_deterministic = True


class Modelless(ScriptedModel):
    is_language_model = False


class Unsure(ScriptedModel):
    is_free = "perhaps"


class Empty(ScriptedModel):
    can_pull = True


class Nowhere(ScriptedModel):
    def endpoint(self):
        return "http://127.0.0.1"


class Ageless(ScriptedModel):
    async def find_version(self):
        return None


class Nameless(ScriptedModel):
    name = ""


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("provider", "words"),
    [
        (ScriptedModel("just text"), "without an object"),
        (ScriptedModel(ModelReply(text="x")), "counts no request"),
        (ScriptedModel(ModelReply(text="x", usage=Usage(requests=1))), "counts no completion tokens"),
        (ScriptedModel({"question": 1}), "does not match the schema"),
        (ScriptedModel(ModelReply(text=" ", usage=COUNTED)), "answered with nothing"),
        (ScriptedModel(ModelReply(text="x", finish_reason="bored", usage=COUNTED)), "finish_reason"),
        (ScriptedModel(OSError("socket")), "raised though its health is ok"),
        (Plain(answer_well), "more than ReplyPart"),
        (Stuttering(answer_well), "joined"),
        (Endless(answer_well), "carries no reply"),
        (Clinging(answer_well), "closed in its middle"),
        (Miscounting(answer_well), "count_tokens"),
        (Fickle([ModelReply(text=text, usage=COUNTED) for text in ("yes", "no")]), "differently"),
        (Modelless(answer_well), "says that it has none"),
        (Unsure(answer_well), "is_free"),
        (Empty(answer_well), "can_pull"),
        (Nowhere(answer_well), "endpoint"),
        (Ageless(answer_well), "find_version"),
        (Sick(answer_well), "health"),
        (Silent(answer_well), "detail"),
        (Dead(answer_well), "answered though"),
        (Dead(OSError("socket")), "no ModelError"),
        (Narrow(answer_well), "max_context_tokens"),
        (Forgetful(answer_well), "models"),
        (Lopsided(answer_well), "embed"),
        (Nameless(answer_well), "no name"),
    ],
)
async def test_a_bad_provider_is_told_what_is_wrong(provider, words):
    with pytest.raises(ConformanceError, match=words):
        await check_provider(provider)

"""Each check passes a good double, and names what is wrong with each bad one."""

from dataclasses import replace

import pytest
from pydantic import BaseModel

from moe_core import (
    BaseTool,
    Health,
    ModelReply,
    ModelUnavailableError,
    Persona,
    Retriever,
    Scorer,
    ToolError,
    Traits,
    TraversalStrategy,
    Usage,
)
from moe_core.contracts.messages import ReplyPart
from moe_core.contracts.retriever import Found
from moe_core.contracts.wire import to_wire
from moe_core.testing import (
    ConformanceError,
    ScriptedModel,
    check_persona,
    check_provider,
    check_retriever,
    check_scorer,
    check_tool,
    check_tool_run,
    check_traversal,
    make_evidence,
    make_tool,
)


class Wanted(BaseModel):
    text: str
    count: int = 1


class Lax:
    """A parameter model that checks nothing."""

    @classmethod
    def model_json_schema(cls):
        return Wanted.model_json_schema()

    @classmethod
    def model_validate(cls, obj):
        return cls()

    def model_dump(self):
        return {}


class Unruly(Lax):
    @classmethod
    def model_json_schema(cls):
        return {"type": "object", "properties": {"x": {"type": "no such type"}}}


class Listy(Lax):
    @classmethod
    def model_json_schema(cls):
        return {"type": "array"}


def test_a_good_tool_passes():
    check_tool(make_tool(params=Wanted))
    check_tool(make_tool())


class Halfway(BaseTool):
    """Never done."""


class Demanding(BaseTool):
    """Wants a key."""

    def __init__(self):
        raise RuntimeError("no key")

    async def execute(self, params):
        return {}


@pytest.mark.parametrize(
    ("tool", "words"),
    [
        (make_tool("Bad Name"), "name"),
        (make_tool(description=""), "description"),
        (make_tool(description="x" * 201), "one line"),
        (make_tool(params=Lax), "accepts a list"),
        (make_tool(params=Unruly), "no valid JSON Schema"),
        (make_tool(params=Listy), "does not describe an object"),
        (make_tool(params=dict), "Params"),
        (Halfway, "execute"),
        (Demanding, "without arguments: RuntimeError"),
        (dict, "BaseTool"),
    ],
)
def test_a_bad_tool_is_told_what_is_wrong(tool, words):
    with pytest.raises(ConformanceError, match=words):
        check_tool(tool)


@pytest.mark.anyio
async def test_a_good_run_of_a_tool_passes():
    evidence = to_wire(make_evidence("Salt and rope."))
    tool = make_tool(answer={"evidence": [evidence], "rows": [1, 2.5, None]}, params=Wanted)
    result = await check_tool_run(tool, {"text": "x"})
    assert result["rows"] == [1, 2.5, None]
    assert tool.calls == [{"text": "x", "count": 1}]


@pytest.mark.anyio
async def test_a_tools_own_error_passes_through():
    with pytest.raises(ToolError, match="full"):
        await check_tool_run(make_tool(answer=ToolError("full")), {})


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (OSError("disk"), "no ToolError"),
        ([1], "must return a dict"),
        ({"x": object()}, "JSON"),
        ({"x": float("nan")}, "JSON"),
        ({1: "x"}, "JSON"),
        ({"evidence": {}}, "no list"),
        ({"evidence": [{"text": "x"}]}, "wire form"),
        ({"evidence": [{**to_wire(make_evidence("abc")), "end": 9}]}, "span"),
    ],
)
async def test_a_bad_run_of_a_tool_is_told_what_is_wrong(answer, words):
    with pytest.raises(ConformanceError, match=words):
        await check_tool_run(make_tool(answer=answer), {})


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


class Brief(Scorer):
    name = "brief"
    summary = "For tests."

    async def score(self, subject):
        return 1 / (1 + len(subject.output))


class Boundless(Brief):
    async def score(self, subject):
        return float(len(subject.output))


class Undefined(Brief):
    async def score(self, subject):
        return float("nan")


class Wordy(Brief):
    async def score(self, subject):
        return "good"


class Moody(Brief):
    def __init__(self):
        self.calls = 0

    async def score(self, subject):
        self.calls += 1
        return 1 / self.calls


class Fragile(Brief):
    async def score(self, subject):
        return 1 / len(subject.output.split())


@pytest.mark.anyio
async def test_a_good_scorer_passes():
    await check_scorer(Brief)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("scorer", "words"),
    [
        (Boundless, "outside 0 to 1"),
        (Undefined, "outside 0 to 1"),
        (Wordy, "no number"),
        (Moody, "differs"),
        (Fragile, "ZeroDivisionError"),
    ],
)
async def test_a_bad_scorer_is_told_what_is_wrong(scorer, words):
    with pytest.raises(ConformanceError, match=words):
        await check_scorer(scorer)


class WordIndex:
    def __init__(self, passages):
        self.passages = passages

    def search(self, query, *, k):
        words = set(query.lower().split())
        shared = (float(len(words & set(passage.text.lower().split()))) for passage in self.passages)
        hits = [Found(number, score) for number, score in enumerate(shared)]
        return sorted((hit for hit in hits if hit.score), key=lambda hit: -hit.score)[:k]


class Overlap(Retriever):
    name = "overlap"
    summary = "For tests."
    change = staticmethod(lambda hits, query, k: hits)

    def build(self, corpus):
        index, change = WordIndex(corpus.passages), self.change

        class Index:
            def search(self, query, *, k):
                return change(index.search(query, k=k), query, k)

        return Index()


def altered(change):
    return type("Altered", (Overlap,), {"change": staticmethod(change)})


def misnumber(hits, query, k):
    return [Found(hit.number + 100, hit.score) for hit in hits]


class Backwards(Overlap):
    def build(self, corpus):
        passages = corpus.passages[::-1]
        index = WordIndex(passages)
        search = index.search
        index.search = lambda query, k: [Found(len(passages) - 1 - n, score) for n, score in search(query, k=k)]
        return index


class Scarce(Overlap):
    def build(self, corpus):
        if not corpus.passages:
            raise ValueError("no passages")
        return super().build(corpus)


def make_moody():
    seen = []

    def change(hits, query, k):
        seen.append(query)
        return hits if len(seen) < 4 else hits[1:]

    return altered(change)


def test_a_good_retriever_passes():
    check_retriever(Overlap)


@pytest.mark.parametrize(
    ("retriever", "words"),
    [
        (Scarce, "fails on no passages"),
        (Backwards, "passage order"),
        (altered(misnumber), "not given"),
        (altered(lambda hits, query, k: [Found(float(hit.number), hit.score) for hit in hits]), "with int"),
        (altered(lambda hits, query, k: hits or [Found(1, 0.0)]), "finds something among no passages|more than k"),
        (altered(lambda hits, query, k: hits[::-1]), "best"),
        (altered(lambda hits, query, k: (hits * 2)[:k]), "twice"),
        (altered(lambda hits, query, k: hits * 4), "more than k"),
        (altered(lambda hits, query, k: tuple(hits)), "among no passages|list of Found"),
        (altered(lambda hits, query, k: []), "does not find"),
        (altered(lambda hits, query, k: [Found(hit.number, -hit.score) for hit in hits]), "below 0"),
        (altered(lambda hits, query, k: 1 / 0 if not query else hits), "fails on the query ''"),
        (make_moody(), "the second time"),
    ],
)
def test_a_bad_retriever_is_told_what_is_wrong(retriever, words):
    with pytest.raises(ConformanceError, match=words):
        check_retriever(retriever)


class Everything(TraversalStrategy):
    name = "everything"
    summary = "For tests."

    def begin(self, question, graph):
        return type(self)()

    def evaluate_node_relevance(self, persona, node):
        return 0.5 if node.text else 0.0

    def decide_traversal(self, current, available, persona):
        return list(available)[: persona.traits.breadth]


class Overrating(Everything):
    def evaluate_node_relevance(self, persona, node):
        return 2.0


class Circling(Everything):
    def decide_traversal(self, current, available, persona):
        return [current[0]]


class Doubling(Everything):
    def decide_traversal(self, current, available, persona):
        return [*available[:1], *available[:1]]


class Inventing(Everything):
    def decide_traversal(self, current, available, persona):
        return [replace(available[0], node_id="elsewhere")] if available else []


class Remembering(Everything):
    walks = 0

    def begin(self, question, graph):
        self.walks += 1
        return self

    def decide_traversal(self, current, available, persona):
        return list(available)[:: 1 if self.walks % 2 else -1]


class Mumbling(Everything):
    def decide_traversal(self, current, available, persona):
        return None


class Unbegun(Everything):
    def begin(self, question, graph):
        return None


def test_a_good_traversal_passes():
    check_traversal(Everything)


@pytest.mark.parametrize(
    ("traversal", "words"),
    [
        (Overrating, "outside 0 to 1"),
        (Circling, "visited already"),
        (Doubling, "twice at once"),
        (Inventing, "not available"),
        (Remembering, "differently the second time"),
        (Mumbling, "no list"),
        (Unbegun, "no strategy"),
    ],
)
def test_a_bad_traversal_is_told_what_is_wrong(traversal, words):
    with pytest.raises(ConformanceError, match=words):
        check_traversal(traversal)


ANN = Persona(name="ann", description="Digs.", expertise=("law",), traits=Traits(depth=9))


def test_a_good_persona_passes():
    check_persona(ANN)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "no name"),
        ({"description": ""}, "description"),
        ({"activation_cost": 2.0}, "activation cost"),
        ({"tier": "somewhere"}, "tier"),
        ({"expertise": "law"}, "expertise"),
        ({"traits": Traits(depth=4.5)}, "trait depth"),
        ({"meta": {"x": float("inf")}}, "JSON"),
        ({"meta": {"x": (1, 2)}}, "changed"),
    ],
)
def test_a_bad_persona_is_told_what_is_wrong(change, words):
    with pytest.raises(ConformanceError, match=words):
        check_persona(replace(ANN, **change))

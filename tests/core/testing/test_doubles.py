import pytest
from pydantic import BaseModel

from moe_core.contracts.errors import ModelRefusedError, ModelUnavailableError, PluginError, ToolError
from moe_core.contracts.messages import ModelReply, Purpose
from moe_core.testing import ScriptedModel, make_model, make_request, make_tool, memory_registry
from moe_core.testing.doubles import RecordingTool

pytestmark = pytest.mark.anyio


async def test_a_list_is_answered_in_order_and_everything_is_recorded():
    model = ScriptedModel(["one", {"n": 2}])
    first, second = make_request("first?"), make_request("second?")
    assert (await model.generate(first)).text == "one"
    reply = await model.generate_structured(second, {"type": "object"})
    assert (reply.data, reply.text) == ({"n": 2}, '{"n":2}')
    assert model.requests == [first, second]
    assert model.schemas == [None, {"type": "object"}]


async def test_a_script_that_ran_out_says_so():
    model = ScriptedModel(["only"])
    await model.generate(make_request())
    with pytest.raises(ModelRefusedError, match="1 answers, and this is call 2"):
        await model.generate(make_request())


async def test_answers_go_by_purpose_each_with_its_own_place():
    model = ScriptedModel(
        {Purpose.PLAN: ["p1", "p2"], Purpose.MERGE: lambda request: request.grounding.question.upper()}
    )
    asked = [
        make_request(purpose=Purpose.PLAN),
        make_request("m?", purpose=Purpose.MERGE),
        make_request(purpose=Purpose.PLAN),
    ]
    assert [(await model.generate(request)).text for request in asked] == ["p1", "M?", "p2"]
    with pytest.raises(ModelRefusedError, match="purpose chat"):
        await model.generate(make_request(purpose=Purpose.CHAT))


async def test_an_exception_is_raised_and_a_reply_given_as_it_is():
    failure, reply = ModelUnavailableError("gone"), ModelReply(text="cut", finish_reason="length")
    model = ScriptedModel([failure, reply])
    with pytest.raises(ModelUnavailableError) as caught:
        await model.generate(make_request())
    assert caught.value is failure
    assert await model.generate(make_request()) is reply


async def test_usage_counts_words_and_one_request():
    usage = (await ScriptedModel("three little words").generate(make_request("two words"))).usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.requests) == (2, 3, 1)


async def test_instances_of_a_made_class_share_one_record_and_classes_do_not():
    made, other = make_model(["a", "b"], name="mine"), make_model("c", name="other")
    await made().generate(make_request())
    assert (await made().generate(make_request())).text == "b"
    assert len(made.record.requests) == 2
    assert other.record.requests == []


async def test_a_made_tool_records_for_all_its_instances_and_no_other_tool():
    echo, other = make_tool(), make_tool("other")
    assert await echo().execute({"a": 1}) == {"echo": {"a": 1}}
    await echo().execute({"b": 2})
    assert (echo.calls, other.calls, RecordingTool.calls) == ([{"a": 1}, {"b": 2}], [], [])


async def test_a_made_tool_answers_as_told():
    assert await make_tool(answer={"x": 1})().execute({}) == {"x": 1}
    assert await make_tool(answer=lambda params: {"n": len(params)})().execute({"a": 1}) == {"n": 1}
    with pytest.raises(ToolError, match="full"):
        await make_tool(answer=ToolError("full"))().execute({})


def test_a_registry_is_made_of_exactly_what_it_is_given():
    class Wanted(BaseModel):
        text: str

    registry = memory_registry(tools=[make_tool("echo", params=Wanted)], model_providers=[make_model(name="mine")])
    assert registry.tools.get("memory:echo").schema["required"] == ["text"]
    assert registry.model_providers.names() == ["mine"]
    assert registry.problems == ()


def test_a_registry_refuses_what_breaks_its_contract():
    with pytest.raises(PluginError):
        memory_registry(tools=[make_tool("Not a name")])


def test_names_that_collide_in_a_memory_registry_are_a_problem_too():
    registry = memory_registry(tools=[make_tool("echo"), make_tool("echo")])
    assert [problem.reason for problem in registry.problems] == ["collision"]

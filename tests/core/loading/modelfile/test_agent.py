"""What a modelfile becomes as an agent."""

import pytest

from moe_core.contracts.agent import AgentSpec, Fallback, Role, ToolUse
from moe_core.contracts.wire import decode_json, encode_json
from moe_core.loading.modelfile.agent import build_agent
from moe_core.loading.modelfile.parser import parse_modelfile


def build(text):
    return build_agent(parse_modelfile(f"FROM base:1\nROLE belter\n{text}"), name="stem")


def test_the_form_that_users_write_first_works_as_it_stands():
    text = '''FROM mistral-small:22b

SYSTEM """You are Camina, the primary agent."""

ROLE camina
CAPABILITY planning, synthesis

PARAMETER request {
    type: string
    description: "User query or command"
    required: true
}

RESPONSE_FORMAT {
    type: object
    properties: {
        result: "string",
        error: "string"
    }
}

FALLBACK { provider: openai, model: qwen3:8b }
'''
    modelfile = parse_modelfile(text)
    assert modelfile.warnings == ()
    assert build_agent(modelfile, name="camina") == AgentSpec(
        name="camina",
        role=Role.CAMINA,
        base="mistral-small:22b",
        system="You are Camina, the primary agent.",
        capabilities=("planning", "synthesis"),
        inputs={
            "type": "object",
            "properties": {"request": {"type": "string", "description": "User query or command"}},
            "required": ["request"],
        },
        response_schema={
            "type": "object",
            "properties": {"result": {"type": "string"}, "error": {"type": "string"}},
            "required": ["result", "error"],
            "additionalProperties": False,
        },
        fallbacks=(Fallback(provider="openai", model="qwen3:8b"),),
    )


def test_everything_in_the_sample_reaches_the_agent(sample):
    agent = build_agent(parse_modelfile(sample), name="stem")
    assert (agent.name, agent.role, agent.base, agent.version) == ("library", Role.BELTER, "mistral:7b", "1.2")
    assert agent.description == "Finds books"
    assert agent.capabilities == ("search", "rare books", "citation")
    assert agent.parameters == {"temperature": 0.5, "num_ctx": 4096, "stop": ["{", "<end>"], "use_mmap": True}
    assert agent.inputs["properties"]["shelf"]["enum"] == ["fiction", "non-fiction"]
    assert agent.inputs["required"] == []
    assert agent.tools == (
        ToolUse(name="document_search"),
        ToolUse(name="catalogue", settings={"limit": 10, "url": "http://localhost:8080/x", "tags": ["a", "b"]}),
        ToolUse(name="loans", reference="library.loans:Loans"),
    )
    assert agent.fallbacks == (Fallback(provider="openai", model="qwen3:8b"), Fallback(model="llama3.2:3b"))
    assert agent.examples == ("Which book names the lighthouse?", "it's here")
    assert set(agent.meta) == {"owner", "poem"}
    assert set(agent.response_schema["properties"]) == {"books", "note"}
    assert decode_json(AgentSpec, encode_json(agent)) == agent


def test_the_name_is_the_given_one_without_a_name_line():
    assert build("").name == "stem"
    assert build("NAME other").name == "other"


@pytest.mark.parametrize("line", ["ROLE drummer", "role Drummer", "TYPE drummer", 'TYPE "drummer"'])
def test_role_or_type_names_the_layer(line):
    assert build_agent(parse_modelfile(f"FROM a\n{line}"), name="x").role is Role.DRUMMER


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("temperature 0", 0.0),
        ("temperature 1e-1", 0.1),
        ("seed -1", -1),
        ("num_ctx 8192", 8192),
        ("use_mmap F", False),
        ("use_mmap 1", True),
        ("stop 5", ["5"]),
        ("later_option 5", 5),
        ("later_option on", "on"),
    ],
)
def test_runtime_options_have_their_types(line, value):
    (found,) = build(f"PARAMETER {line}").parameters.values()
    assert repr(found) == repr(value)


def test_the_last_of_a_repeated_option_wins_and_stops_add_up():
    agent = build("PARAMETER top_k 1\nPARAMETER top_k 2\nPARAMETER stop a\nPARAMETER stop b")
    assert agent.parameters == {"top_k": 2, "stop": ["a", "b"]}


def test_inputs_are_required_only_when_they_say_so():
    agent = build(
        """PARAMETER a { type: int, required: true }
        PARAMETER b { description: x }
        PARAMETER c { d: string }
        PARAMETER e { properties: { f: int, g: int }, required: [f] }"""
    )
    assert agent.inputs["required"] == ["a"]
    assert agent.inputs["properties"]["a"] == {"type": "integer"}
    assert agent.inputs["properties"]["b"] == {"description": "x"}
    assert agent.inputs["properties"]["c"]["required"] == ["d"]
    assert agent.inputs["properties"]["e"]["required"] == ["f"]
    assert build("").inputs == {}


@pytest.mark.parametrize(
    ("line", "fallbacks"),
    [
        ("FALLBACK { provider: extractive }", [Fallback(provider="extractive")]),
        ("FALLBACK extractive", [Fallback(provider="extractive")]),
        ("FALLBACK { model: a:1 }", [Fallback(model="a:1")]),
        ("FALLBACK a:1\nFALLBACK b:2", [Fallback(model="a:1"), Fallback(model="b:2")]),
        ("FALLBACK [a:1, { provider: p, model: m }]", [Fallback(model="a:1"), Fallback(provider="p", model="m")]),
    ],
)
def test_fallbacks_keep_their_order(line, fallbacks):
    assert list(build(line).fallbacks) == fallbacks


@pytest.mark.parametrize(
    ("line", "schema"),
    [("", None), ("RESPONSE_FORMAT text", None), ("RESPONSE_FORMAT JSON", {"type": "object"}),
     ('RESPONSE_FORMAT "json"', {"type": "object"})],
)  # fmt: skip
def test_response_format_in_one_word(line, schema):
    assert build(line).response_schema == schema


def test_capabilities_add_up_each_once():
    agent = build("CAPABILITY a, b\nCAPABILITY b c\nCAPABILITY { d: true, e: false, f: { cost: 2 } }")
    assert agent.capabilities == ("a", "b", "c", "d", "f")


def test_the_last_tool_of_a_name_wins_and_full_ids_are_names():
    agent = build("TOOL a { x: 1 }\nTOOL dist:tools/b\nTOOL a { x: 2 }")
    assert agent.tools == (ToolUse(name="a", settings={"x": 2}), ToolUse(name="dist:tools/b"))


def test_a_description_is_one_line_and_a_system_prompt_keeps_its_bytes():
    agent = build('DESCRIPTION """\none\n  two\n"""\nSYSTEM """\n one \n"""')
    assert (agent.description, agent.system) == ("one two", "\n one \n")


def test_one_example_needs_no_list():
    assert build('META { examples: "find it", x: 1 }').examples == ("find it",)

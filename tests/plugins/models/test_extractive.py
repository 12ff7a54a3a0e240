"""The embedded provider, through its own door."""

import importlib.util
from pathlib import Path

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from moe_core import Evidence, Grounding, InvalidOutputError, ModelRefusedError, ModelRequest, ProviderSettings, Purpose
from moe_core.contracts.messages import Choice
from moe_kit.extraction.statements import NOT_FOUND_NOTE

_FILE = Path(__file__).parents[3] / "plugins/models/extractive.py"
_SPEC = importlib.util.spec_from_file_location("extractive_under_test", _FILE)
extractive = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(extractive)

STRING = {"type": "string"}
STRINGS = {"type": "array", "items": STRING}
REPORT = {
    "type": "object",
    "properties": {
        "summary": STRING,
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        "count": {"type": "integer", "minimum": 2, "maximum": 40},
        "kind": {"enum": ["ship", "tower"]},
        "when": {"type": ["string", "null"], "format": "date"},
        "parts": {"type": "array", "items": {"$ref": "#/$defs/part"}, "maxItems": 3},
        "is_open": {"type": "boolean"},
    },
    "required": ["summary", "confidence", "count", "kind", "when", "parts", "is_open"],
    "additionalProperties": False,
}
PART = {"type": "object", "properties": {"name": STRING, "metres": {"type": "number"}}, "required": ["name", "metres"]}


def _object(properties, required=None):
    names = list(properties) if required is None else required
    return {"type": "object", "properties": properties, "required": names, "additionalProperties": False}


SPAN = _object({"evidence_id": STRING, "start": {"type": "integer"}, "end": {"type": "integer"}})
STATEMENT = _object(
    {"text": STRING, "evidence": STRINGS, "spans": {"type": "array", "items": SPAN}}, ["text", "evidence"]
)
STATEMENTS = _object({"statements": {"type": "array", "items": STATEMENT, "maxItems": 24}, "notes": STRINGS})
STATEMENTS_AND_DATA = {
    **_object({**STATEMENTS["properties"], "data": REPORT}),
    "$defs": {"part": PART},
}
EVIDENCE = Evidence(
    evidence_id="e1",
    document="light.md",
    passage_id="e1",
    start=10,
    end=63,
    text="The Skarn lighthouse was built in 1871 by Ada Thorne.",
    score=1.0,
)


def _request(purpose, question="Who built the Skarn lighthouse?", **grounding):
    return ModelRequest(
        model="mistral:7b",
        messages=(),
        grounding=Grounding(purpose=purpose, question=question, **grounding),
    )


def _ask(request, schema=None, **options):
    provider = extractive.ExtractiveProvider(ProviderSettings(options=options))
    call = (provider.generate, request) if schema is None else (provider.generate_structured, request, schema)
    return anyio.run(*call)


def test_prose_is_quoted_marked_and_plain_about_having_no_model():
    reply = _ask(_request(Purpose.CHAT, evidence=(EVIDENCE,)))
    assert reply.text == f"{EVIDENCE.text} [1]\n\n{extractive.NO_MODEL_NOTE}"
    assert not reply.is_language_model
    assert (reply.usage.requests, reply.usage.prompt_tokens, reply.usage.completion_tokens) == (1, 0, 0)
    assert reply.model == "mistral:7b"


def test_a_conversation_without_documents_is_refused_with_two_remedies():
    for schema in (None, STATEMENTS):
        with pytest.raises(ModelRefusedError) as caught:
            _ask(_request(Purpose.CHAT), schema)
        assert "--docs" in caught.value.hint
        assert "config/providers.yaml" in caught.value.hint


def test_thin_evidence_is_not_found():
    reply = _ask(
        _request(Purpose.EXECUTE, "Which minister signed the Treaty of Lisbon?", evidence=(EVIDENCE,)), STATEMENTS
    )
    assert reply.data == {"statements": [], "notes": [NOT_FOUND_NOTE]}


def test_the_threshold_can_be_configured():
    request = _request(Purpose.EXECUTE, "Which minister visited the lighthouse at Morvane?", evidence=(EVIDENCE,))
    assert _ask(request, STATEMENTS).data["statements"] == []
    assert _ask(request, STATEMENTS, evidence_coverage=0).data["statements"] != []


def test_spans_are_left_out_where_the_schema_has_no_room():
    statement = _object({"text": STRING, "evidence": STRINGS})
    schema = _object({"statements": {"type": "array", "items": statement}, "notes": STRINGS})
    reply = _ask(_request(Purpose.EXECUTE, evidence=(EVIDENCE,)), schema)
    assert reply.data["statements"] == [{"text": EVIDENCE.text, "evidence": ["e1"]}]


def test_what_cannot_be_filled_is_noted():
    reply = _ask(_request(Purpose.EXECUTE, evidence=(EVIDENCE,)), STATEMENTS_AND_DATA)
    assert reply.data["data"]["is_open"] is False
    assert any("is_open" in note for note in reply.data["notes"])


def test_a_task_whose_tools_brought_something_is_not_called_not_found():
    finding = {"tool": "calculator", "result": {"text": "51"}}
    reply = _ask(_request(Purpose.EXECUTE, "3 * 17", findings=(finding,)), STATEMENTS)
    assert reply.data == {"statements": [], "notes": []}


def test_the_observer_gets_no_remarks():
    note = _object({"severity": STRING, "text": STRING})
    reply = _ask(_request(Purpose.OBSERVE), _object({"notes": {"type": "array", "items": note}}))
    assert reply.data == {"notes": []}


def test_a_plan_that_nobody_can_carry_out_is_invalid_output():
    task = _object({"id": STRING, "belter": STRING})
    with pytest.raises(InvalidOutputError):
        _ask(_request(Purpose.PLAN), _object({"tasks": {"type": "array", "items": task, "minItems": 1}}))


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "nonsense"},
        {"$ref": "https://example.org/schema.json"},
        {"$ref": "#/$defs/gone"},
        {"$ref": "#"},
        {"type": "object", "required": 3},
    ],
)
def test_a_broken_schema_is_said_to_be_broken_and_nothing_is_fetched(schema):
    with pytest.raises(InvalidOutputError) as caught:
        _ask(_request(Purpose.EXECUTE, evidence=(EVIDENCE,)), schema)
    assert caught.value.provider == "extractive"


def test_it_is_always_well_and_serves_one_model():
    provider = extractive.ExtractiveProvider()
    assert anyio.run(provider.health).ok
    assert anyio.run(provider.models) == ["extractive"]
    assert not provider.is_language_model


PIECES = st.sampled_from(
    [
        *("The Skarn tower", "was built in 1871.", "Ada Thorne", "\n\n", "\n", "He", "left, 3,400 men", "?", "…"),
        *(
            "| a | 12 |",
            "| 7 | 4.5 |",
            "|---|---|",
            "code,item,cost\n1,2,3",
            "# Heading",
            "Home | Tower | Map",
            "-----",
        ),
        *("«Тихий Дон»", "東京タワーは1958年に完成した。", "مرحبا بالعالم", "é́", "\u2028", "\x00", '{"a": 1,'),
        *("4 March 1872", "9" * 400, "a.b.c/" * 40),
    ]
)
TEXTS = st.one_of(
    st.lists(PIECES, max_size=12).flatmap(
        lambda parts: st.sampled_from([" ", "\n", ""]).map(lambda gap: gap.join(parts))
    ),
    st.text(max_size=60),
)
NAMES = st.sampled_from(["a", "b", "c"])


@st.composite
def _evidence(draw):
    text, start = draw(TEXTS), draw(st.integers(0, 50))
    return Evidence(
        evidence_id=draw(NAMES), document=draw(NAMES), passage_id="p", start=start, end=start + len(text),
        text=text, score=draw(st.floats(0, 1)), title=draw(TEXTS),
    )  # fmt: skip


FINDINGS = st.lists(
    st.fixed_dictionaries(
        {}, optional={"text": TEXTS, "evidence": st.lists(NAMES, max_size=2), "tool": NAMES, "spans": st.just([{}]),
                      "statements": st.just([{"text": "x", "evidence": ["a"]}])}
    ), max_size=3,
)  # fmt: skip
EVIDENCES = st.lists(_evidence(), max_size=4, unique_by=lambda item: item.evidence_id)
SEARCHED = _object({"query": {**STRING, "minLength": 1}, "k": {"type": "integer"}}, ["query"])
PRICED = {"type": "object", "properties": {"cost": {"type": "number"}}}
TOOLS = (
    Choice(name="document_search", schema=SEARCHED),
    Choice(name="tower", capabilities=("tower",), schema=PRICED),
)


@settings(max_examples=150)
@given(
    question=TEXTS,
    instruction=TEXTS,
    evidence=EVIDENCES,
    findings=FINDINGS,
    purpose=st.sampled_from([Purpose.EXECUTE, Purpose.MERGE, Purpose.SYNTHESISE]),
)
def test_statements_rest_on_given_evidence_whatever_is_asked(question, instruction, evidence, findings, purpose):
    request = _request(purpose, question, instruction=instruction, evidence=tuple(evidence), findings=tuple(findings))
    reply = _ask(request, STATEMENTS_AND_DATA)
    Draft202012Validator(STATEMENTS_AND_DATA).validate(reply.data)
    assert reply == _ask(request, STATEMENTS_AND_DATA)
    known = {item.evidence_id: item for item in evidence}
    for statement in reply.data["statements"]:
        assert statement["evidence"]
        assert set(statement["evidence"]) <= known.keys()
        for span in statement["spans"]:
            item = known[span["evidence_id"]]
            assert item.start <= span["start"] < span["end"] <= item.end
            assert item.text[span["start"] - item.start : span["end"] - item.start] == statement["text"]


@settings(max_examples=80)
@given(question=TEXTS, instruction=TEXTS, evidence=EVIDENCES, purpose=st.sampled_from(list(Purpose)))
def test_any_purpose_and_any_form_get_a_valid_reply(question, instruction, evidence, purpose):
    choices = TOOLS if purpose is Purpose.CHOOSE_TOOLS else (Choice(name="search", capabilities=("search",)),)
    request = _request(purpose, question, instruction=instruction, evidence=(*evidence, EVIDENCE), choices=choices)
    task = _object({"id": STRING, "belter": STRING, "drummer": STRING, "instruction": STRING}, ["id", "instruction"])
    call = _object({"tool": {"enum": [tool.name for tool in TOOLS]}, "params": {"type": "object"}})
    own = {
        Purpose.PLAN: _object({"tasks": {"type": "array", "items": task, "minItems": 1}}),
        Purpose.DECOMPOSE: _object({"tasks": {"type": "array", "items": task, "minItems": 1}}),
        Purpose.CHOOSE_TOOLS: _object({"calls": {"type": "array", "items": call}}),
    }.get(purpose, STATEMENTS)
    for schema in (own, {**REPORT, "$defs": {"part": PART}}):
        if purpose is not Purpose.OBSERVE or schema is not own:
            Draft202012Validator(schema).validate(_ask(request, schema).data)
    assert _ask(request).text

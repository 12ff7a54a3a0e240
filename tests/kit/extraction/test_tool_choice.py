import pytest

from moe_core.contracts.messages import Choice, Grounding, Purpose
from moe_kit.extraction.tool_choice import choose_tools, find_expression


def _tool(name, capabilities=(), required=(), **properties):
    schema = {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}
    return Choice(name=name, capabilities=capabilities, schema=schema)


STRING, WHOLE = {"type": "string"}, {"type": "integer", "minimum": 1, "maximum": 50}
NUMBER_OR_NULL = {"anyOf": [{"type": "number"}, {"type": "null"}]}
TOOLS = (
    _tool("document_search", ("search", "retrieval"), ("query",), query=STRING, k=WHOLE),
    _tool("calculator", ("arithmetic",), ("expression",), expression=STRING),
    _tool("table_statistics", ("statistics",), operation={"enum": ["describe", "query"]}, document=STRING),
    _tool("document_outline", ("outline",), document=STRING),
    _tool("news", ("news", "rss"), ("query",), query=STRING),
    _tool("academic_search", ("academic", "papers"), ("query",), query=STRING),
    _tool("http_api", ("http",), ("url",), url=STRING),
    _tool("rent_yield", ("yield",), ("price",), price=NUMBER_OR_NULL, monthly_rent=NUMBER_OR_NULL),
)


def _choose(instruction, *tools):
    grounding = Grounding(purpose=Purpose.CHOOSE_TOOLS, question="?", instruction=instruction, choices=tools or TOOLS)
    return {call["tool"]: call["params"] for call in choose_tools(grounding)}


def test_documents_are_always_searched_and_nothing_else_without_a_reason():
    assert _choose("What did the gate cost in 2019?") == {
        "document_search": {"query": "What did the gate cost in 2019?", "k": 8}
    }


def test_arithmetic_calls_the_calculator():
    assert _choose("What is 15% of 80,000 plus 3?")["calculator"] == {"expression": "15% of 80,000 + 3"}


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("work out (12.5 + 3) * 4", "(12.5 + 3) * 4"),
        ("so (2 × 3) is what", "(2 × 3)"),
        ("(that is 2 × 3)", "2 × 3"),
        ("between 2019-2024 and on 2020-11-30", None),
        ("3 of 4 members", None),
        ("open 24 hours", None),
        ("7 divided by 2", "7 / 2"),
        ("what is 24/25?", "24/25"),
        ("who clears the snow in winter 24/25?", None),
        ("calculate 10 / 4 for the invoice", "10 / 4"),
    ],
)
def test_expressions_are_told_from_dates_and_plain_numbers(text, expression):
    assert find_expression(text) == expression


def test_statistics_need_a_table_that_is_named():
    assert _choose("statistics of the cost in budget.csv")["table_statistics"] == {
        "operation": "describe",
        "document": "budget.csv",
    }
    assert "table_statistics" not in _choose("statistics of the cost")


def test_an_outline_is_of_the_document_named():
    assert _choose("outline reports/survey.md")["document_outline"] == {"document": "reports/survey.md"}


def test_the_internet_is_asked_only_on_request():
    assert "news" in _choose("latest news about tides")
    assert "academic_search" in _choose("papers on eel passes")
    assert not {"news", "academic_search"} & _choose("eel passes").keys()


def test_an_address_is_called_only_when_one_is_given():
    assert _choose("GET https://api.example.org/v1/x.")["http_api"] == {"url": "https://api.example.org/v1/x"}
    assert "http_api" not in _choose("call the API")


def test_a_tool_nobody_wrote_a_rule_for_is_called_when_its_parameters_are_given():
    assert _choose("yield at a price of 150,000 and monthly rent 725")["rent_yield"] == {
        "price": 150000,
        "monthly_rent": 725,
    }
    assert "rent_yield" not in _choose("what is a good yield?")

import pytest

from moe_core.contracts.messages import Choice, Grounding, Purpose
from moe_kit.extraction.plans import decompose
from moe_kit.extraction.tool_choice import choose_tools
from moe_kit.extraction.tool_params import fill_from_words

OPEN = Choice(name="word_count", summary="Count the words of a text.", schema={"type": "object"})
SEARCH = Choice(name="document_search", capabilities=("retrieval",), schema={"type": "object"})


def _choice(required=(), **properties):
    schema = {"type": "object", "properties": properties, "required": list(required)}
    return Choice(name="tool", schema=schema)


def _choose(instruction, *choices):
    grounding = Grounding(purpose=Purpose.CHOOSE_TOOLS, question="?", instruction=instruction, choices=choices)
    return {call["tool"]: call["params"] for call in choose_tools(grounding)}


@pytest.mark.parametrize(
    ("instruction", "text"),
    [
        ("how many words are in 'the quick brown fox'", "the quick brown fox"),
        ("how many words are in \"it's the fox's\"?", "it's the fox's"),
        ("how many words: “a b” or “a b c d”", "a b c d"),
        ("how many words do the dogs' owners need", "how many words do the dogs' owners need"),
    ],
)
def test_a_tool_without_declared_parameters_gets_what_is_quoted_or_everything(instruction, text):
    assert _choose(instruction, OPEN) == {"word_count": {"text": text, "query": text}}


def test_a_number_outside_the_quotation_is_given_too():
    assert _choose("repeat 'room 101' 3 times", OPEN)["word_count"]["number"] == 3
    assert "number" not in _choose("repeat 'room 101'", OPEN)["word_count"]


def test_the_only_tool_that_reads_no_documents_is_called_whatever_is_said():
    assert _choose("fox", OPEN, SEARCH).keys() == {"word_count", "document_search"}


def test_one_tool_of_several_is_called_when_its_name_or_description_is_spoken_of():
    other = Choice(name="tide_table", summary="Look up high water at a harbour.", schema={"type": "object"})
    assert _choose("count the words of 'high tide'", OPEN, other).keys() == {"word_count"}
    assert _choose("when is high water?", OPEN, other).keys() == {"tide_table"}
    assert _choose("when is lunch?", OPEN, other) == {}


def test_declared_parameters_are_filled_by_type():
    text, number = {"type": "string"}, {"type": "number"}
    fill = {"is_only": True}
    assert fill_from_words(_choice(("text",), text=text), "shout 'hey'", **fill) == {"text": "hey"}
    assert fill_from_words(_choice(("phrase",), phrase=text), "shout 'hey'", **fill) == {"phrase": "hey"}
    assert fill_from_words(_choice(("n",), n=number), "the square of 12", **fill) == {"n": 12}
    assert fill_from_words(_choice(("n",), n=number), "the square of 12 or 13", **fill) is None
    assert fill_from_words(_choice(("a", "b"), a=text, b=text), "shout 'hey'", **fill) is None
    assert fill_from_words(_choice(sides=number, colour=text), "roll a die", **fill) == {}


def test_a_text_that_is_no_text_is_filled_from_what_the_words_give_or_not_at_all():
    city, days = {"type": "string"}, {"type": "integer"}
    weather = _choice(("city",), city=city, days=days)
    question = "what is the weather forecast in Oslo for 2 days"
    assert fill_from_words(weather, question, is_only=True) == {"city": "Oslo", "days": 2}
    assert fill_from_words(weather, "what is the weather forecast", is_only=True) is None


def test_a_name_that_only_looks_like_a_bundled_tools_is_no_obstacle():
    tool = Choice(name="text_statistics", summary="Count letters.", schema={"type": "object"})
    assert _choose("statistics of 'abc'", tool) == {"text_statistics": {"text": "abc", "query": "abc"}}


def test_a_drummer_without_a_rule_works_when_its_name_or_a_capability_is_said():
    search = Choice(name="search", capabilities=("search",))
    counter = Choice(name="counter", capabilities=("word_count",))

    def drummers(instruction):
        grounding = Grounding(
            purpose=Purpose.DECOMPOSE, question="?", instruction=instruction, choices=(search, counter)
        )
        return [task["drummer"] for task in decompose(grounding)]

    assert drummers("count the words of 'a b'") == ["search", "counter"]
    assert drummers("what words did the mayor use?") == ["search"]

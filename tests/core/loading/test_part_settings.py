import asyncio

import pytest

from moe_core.contracts.errors import ConfigError
from moe_core.contracts.scorer import ScorerInput

SCORER = """
from typing import Annotated
from pydantic import Field
from moe_core import Scorer

class Brevity(Scorer):
    name = "brevity"

    def __init__(self, *, words: Annotated[int, Field(ge=1)] = 40, strict: bool = False) -> None:
        '''Make one.

        Args:
            words: Length of an output that is rated 0.5
        '''
        self.words = words
        self.strict = strict

    async def score(self, subject):
        return self.words / (self.words + len(subject.output.split()))
"""


def settings(kind: str, **values: object) -> dict:
    return {"system": {kind: values}}


def test_a_constructor_is_what_can_be_set(tree) -> None:
    tree.write("plugins/scorers/brevity.py", SCORER)
    schema = tree.build().scorers.get("brevity").schema
    assert schema["properties"]["words"]["default"] == 40
    assert schema["properties"]["words"]["description"] == "Length of an output that is rated 0.5"
    assert schema["properties"]["words"]["minimum"] == 1


@pytest.mark.parametrize("by_full_id", [False, True])
def test_what_is_set_counts_where_the_thing_is_made(tree, by_full_id) -> None:
    tree.write("plugins/scorers/brevity.py", SCORER)
    name = tree.build().scorers.get("brevity").full_id if by_full_id else "brevity"
    entry = tree.build(settings("scorers", **{name: {"words": 4}})).scorers.get("brevity")
    scorer = entry.value()
    assert (scorer.words, scorer.strict) == (4, False)
    assert type(scorer)().words == 4
    assert type(scorer)(words=7).words == 7
    assert asyncio.run(scorer.score(ScorerInput(question="", output="a b c d"))) == 0.5
    assert entry.settings == {"words": 4}


def test_without_settings_the_class_is_the_plugins_own(tree) -> None:
    tree.write("plugins/scorers/brevity.py", SCORER)
    assert tree.build().scorers.get("brevity").value().words == 40


@pytest.mark.parametrize(
    ("values", "told", "hint"),
    [
        ({"word": 4}, "scorers.brevity has no setting 'word'", "did you mean 'words'?"),
        ({"qqq": 4}, "has no setting 'qqq'", "there is: words, strict"),
        ({"words": "many"}, "scorers.brevity.words: ", "there is: words, strict"),
        ({"words": 0}, "scorers.brevity.words: ", "there is: words, strict"),
    ],
)
def test_what_does_not_fit_is_told_and_refused_where_it_is_used(tree, values, told, hint) -> None:
    tree.write("plugins/scorers/brevity.py", SCORER)
    registry = tree.build(settings("scorers", brevity=values))
    (problem,) = registry.problems
    assert told in problem.message
    assert problem.hint == hint
    with pytest.raises(ConfigError) as refused:
        registry.scorers.get("brevity").load()
    assert told in refused.value.message
    assert refused.value.key.startswith("system.scorers.brevity")


def test_what_only_the_type_can_check_is_refused_where_it_is_used(tree) -> None:
    tree.write("plugins/scorers/brevity.py", SCORER.replace("Field(ge=1)", "AfterValidator(refuse)").replace(
        "from pydantic import Field",
        "from pydantic import AfterValidator\ndef refuse(n):\n    raise ValueError('never')\n",
    ))  # fmt: skip
    registry = tree.build(settings("scorers", brevity={"words": 4}))
    assert not registry.problems
    with pytest.raises(ConfigError, match=r"scorers.brevity.words: .*never"):
        registry.scorers.get("brevity").load()


@pytest.mark.parametrize(("kind", "name"), [("traversals", "belief"), ("retrievers", "lexical")])
def test_what_has_nothing_to_set_and_what_is_not_there_are_told(tree, kind, name) -> None:
    tree.with_real_bundle()
    (problem,) = tree.build(settings(kind, **{name: {"x": 1}})).problems
    assert "nothing to set" in problem.hint
    (problem,) = tree.build(settings(kind, **{name[:-1]: {"x": 1}})).problems
    assert name in problem.hint


def test_a_constructor_that_no_schema_can_tell_is_refused_by_its_line(tree) -> None:
    tree.write("plugins/scorers/brevity.py", SCORER.replace("strict: bool = False", "strict: 'Nope' = False"))
    (problem,) = tree.build().problems
    assert "Nope" in problem.message
    assert "__init__" in problem.hint

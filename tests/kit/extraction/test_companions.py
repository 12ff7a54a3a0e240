"""What goes along with a quoted sentence."""

import pytest

from moe_core.contracts.messages import Grounding, Purpose
from moe_kit.extraction.companions import find_announced, find_antecedents, find_list_heads, leans_on_neighbour
from moe_kit.extraction.statements import extract_statements
from moe_kit.extraction.units import split_evidence

TOWERS = (
    "The Orm tower was built in 1806. It is seventeen metres high.\n\n"
    "The bell on it rings at noon. The Orm hall was built in 1904. It is nine metres high. It has two doors."
)
COMMANDS = (
    "Stop the pump like this:\n\n```sh\n# First the valve\nvalvectl shut\npumpctl stop\n```\n\nThe pump is blue.\n\n"
    "Bring to the boat:\n\n- a rope\n- two lamps\n\nNobody swims."
)


def quote(question, *evidence):
    grounding = Grounding(purpose=Purpose.SYNTHESISE, question=question, evidence=evidence)
    return [quote.text for quote in extract_statements(grounding).quotes]


@pytest.mark.parametrize(
    ("text", "leans"),
    [
        ("It was lit.", True),
        ("The latter won.", True),
        ("In 1904 she left.", True),
        ("There, they rested.", True),
        ("Items sold.", False),
        ("In 1904 the hall burnt.", False),
        ("Theirs was a hall.", False),
    ],
)
def test_a_sentence_that_points_back_leans_on_the_one_before_it(text, leans):
    assert leans_on_neighbour(text) is leans


def test_a_sentence_leans_on_the_nearest_one_that_names_something(make_evidence):
    units = split_evidence([make_evidence(TOWERS)])
    found = {units[place].text: units[root].text for place, root in find_antecedents(units).items()}
    assert found == {
        "It is seventeen metres high.": "The Orm tower was built in 1806.",
        "It is nine metres high.": "The Orm hall was built in 1904.",
        "It has two doors.": "The Orm hall was built in 1904.",
    }


def test_nothing_leans_over_the_border_of_a_passage(make_evidence):
    units = split_evidence([make_evidence("The Orm hall burnt.", name="e1"), make_evidence("It was old.", name="e2")])
    assert find_antecedents(units) == {}


def test_a_colon_announces_code_or_a_list(make_evidence):
    announced = find_announced(split_evidence([make_evidence(COMMANDS)]))
    assert {unit.text: [one.text for one in more] for unit, more in announced.items()} == {
        "Stop the pump like this:": ["# First the valve\nvalvectl shut\npumpctl stop"],
        "Bring to the boat:": ["- a rope", "- two lamps"],
    }


def test_what_a_pronoun_means_decides_which_sentence_answers(make_evidence):
    evidence = make_evidence(TOWERS)
    assert quote("How high is the Orm tower?", evidence) == [
        "The Orm tower was built in 1806.",
        "It is seventeen metres high.",
    ]
    assert quote("How high is the Orm hall?", evidence)[-1] == "It is nine metres high."
    assert "It is nine metres high." not in quote("How high is the Orm tower?", evidence)


def test_a_price_answers_in_other_words(make_evidence):
    evidence = make_evidence("The Orm mill went to Ann Dahl in 1990. She paid £40,000 for it. The barn stood empty.")
    assert "She paid £40,000 for it." in quote("How much did the Orm mill cost?", evidence)


def test_one_who_does_a_thing_answers_who_does_it(make_evidence):
    evidence = make_evidence("# Orm runbook\n\nowner: Team Heron\nreviewed: 2024-11-02\n", title="Orm runbook")
    assert quote("Who owns the Orm runbook?", evidence) == ["owner: Team Heron"]


def test_a_command_is_quoted_with_what_announces_it(make_evidence):
    assert quote("How do I stop the pump?", make_evidence(COMMANDS))[:2] == [
        "Stop the pump like this:",
        "# First the valve\nvalvectl shut\npumpctl stop",
    ]


def test_companions_come_along_when_an_answer_is_made_of_what_was_found(make_evidence):
    evidence = make_evidence(TOWERS)
    question = "How high is the Orm tower?"
    step = extract_statements(Grounding(purpose=Purpose.EXECUTE, question=question, evidence=(evidence,)))
    findings = tuple(one.to_wire() for one in step.quotes)
    whole = extract_statements(
        Grounding(purpose=Purpose.SYNTHESISE, question=question, evidence=(evidence,), findings=findings)
    )
    assert [one.text for one in whole.quotes] == ["The Orm tower was built in 1806.", "It is seventeen metres high."]


def test_what_only_stands_under_the_name_is_not_beside_the_answer(make_evidence):
    text = "# Orm runbook\n\nowner: Team Heron\n\n| Box | Port |\n|---|---|\n| north | 8443 |\n| south | 8080 |\n"
    assert quote("Who owns the Orm runbook?", make_evidence(text, title="Orm runbook")) == ["owner: Team Heron"]


WARRANTY = (
    "# Kiln warranty\n\n## What we replace\n\n- heating coils\n- the door seal\n\n## What we do not replace\n\n"
    "- glaze spilt on the floor plate\n- shelves cracked by water\n- A cracked lid is replaced once, for nothing.\n\n"
    "The kiln weighs 84 kg."
)
CHANGES = (
    "# Changes\n\n## 3.2.0 (2024-05-02)\n\n- profiles can be shared\n- a second sensor is read\n\n"
    "## 3.1.4 (2024-01-15)\n\n- the clock no longer stops in March\n"
)


def test_an_item_that_says_little_stands_under_the_heading_of_its_list(make_evidence):
    heads = find_list_heads(split_evidence([make_evidence(WARRANTY)]))
    assert {item.text: head.text for item, head in heads.items()} == {
        "- heating coils": "## What we replace",
        "- the door seal": "## What we replace",
        "- glaze spilt on the floor plate": "## What we do not replace",
        "- shelves cracked by water": "## What we do not replace",
    }


def test_an_item_is_quoted_under_what_its_list_says_of_it(make_evidence):
    quoted = quote("Are shelves cracked by water replaced?", make_evidence(WARRANTY))
    assert quoted[:2] == ["## What we do not replace", "- shelves cracked by water"]


def test_what_is_new_in_a_version_is_what_stands_below_its_heading(make_evidence):
    quoted = quote("What is new in version 3.2.0?", make_evidence(CHANGES))
    assert quoted == ["## 3.2.0 (2024-05-02)", "- profiles can be shared", "- a second sensor is read"]


def test_a_version_that_is_only_looked_for_brings_no_list_of_changes(make_evidence):
    assert quote("When was version 3.2.0 released?", make_evidence(CHANGES)) == ["## 3.2.0 (2024-05-02)"]

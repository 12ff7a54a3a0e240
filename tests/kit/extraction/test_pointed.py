"""The sentence that answers is about the thing asked after, and holds the kind of answer asked for."""

from collections.abc import Sequence

import pytest

from moe_core.contracts.evidence import Evidence
from moe_core.contracts.messages import Grounding, Purpose
from moe_kit.extraction.statements import extract_statements


def _quote(question: str, *texts: str) -> Sequence[str]:
    evidence = tuple(
        Evidence(
            evidence_id=f"e{place}",
            document="a.md",
            passage_id=f"e{place}",
            start=0,
            end=len(text),
            text=text,
            score=1.0,
        )
        for place, text in enumerate(texts)
    )
    grounding = Grounding(purpose=Purpose.SYNTHESISE, question=question, instruction=question, evidence=evidence)
    return [quote.text for quote in extract_statements(grounding).quotes]


CHANGES = "# Changes\n\n## 2.1.0 (2024-03-01)\n\n- Adds tide alarms.\n\n## 2.0.3 (2023-12-05)\n\n- Fixes the compass.\n"
WINCH = "The Orka 20 winch weighs 31 kg.\n\nThe Orka 30 winch has a red drum.\n"
FEES = "## Fees 2021\n\nA berth costs £80.\n\n## Fees 2024\n\nA berth costs £95.\n"


@pytest.mark.parametrize(
    ("question", "text", "held"),
    [
        ("When was version 2.0.3 released?", CHANGES, "2023-12-05"),
        ("Which version added tide alarms?", CHANGES, "2.1.0"),
        ("What is the latest version?", CHANGES, "2.1.0"),
        ("How much did a berth cost in 2021?", FEES, "£80"),
        ("Who repairs the slipway?", "The tenant fixes the slipway.\n", "tenant"),
        ("Why was the race stopped?", "The race began at noon. It was stopped because of fog.\n", "fog"),
    ],
)
def test_the_one_sentence_that_says_it_is_quoted(question: str, text: str, held: str) -> None:
    assert held in " ".join(_quote(question, text))


def test_only_the_year_asked_about_is_quoted() -> None:
    assert "£95" not in " ".join(_quote("How much did a berth cost in 2021?", FEES))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How heavy is the Orka 30?", WINCH),
        ("How much does the winch cost?", WINCH),
        (
            "What is the phone number of Bell & Sons?",
            "News of the quay.\n\nBell & Sons came in June.\n\nMy phone number is 01632 960 112.\n",
        ),
    ],
)
def test_a_value_of_another_thing_is_no_answer(question: str, text: str) -> None:
    assert not _quote(question, text)


def test_who_did_a_thing_is_not_told_by_another_deed() -> None:
    assert not _quote("Who tuned the organ?", "# Hall\n\nNoise from the street.\n\nWe moved the organ to the cellar.\n")


def test_one_value_is_no_total() -> None:
    assert not _quote("What is the total insured value?", "# Loan\n\nIts value for the insurance is £390.\n")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How much did the museum cost to build?", "# Museum\n\nAdmission to the museum is £6.\n"),
        ("How much salt is in the soup?", "# Soup\n\n- 10 g pepper\n- 2 l of stock\n\n# Bread\n\n- 8 g salt\n"),
        (
            "How old is the harbour master?",
            "The harbour master sees boats at 4 pm. He succeeds Ida, who left after 27 years.\n",
        ),
    ],
)
def test_a_value_beside_the_point_is_refused(question: str, text: str) -> None:
    assert not _quote(question, text)


@pytest.mark.parametrize(
    ("question", "text", "held"),
    [
        (
            "Why was the regatta moved?",
            "# Regatta\n\nThe jetty has burst its moorings and can't be used. The regatta has been moved to 3 July.\n",
            "burst",
        ),
        ("What happens if my boat comes late?", "A boat that comes late must wait until noon.\n", "wait"),
        ("What happens if a crew loses a paddle?", "# Hire\n\nIf a paddle is lost, the hirer pays £12.\n", "£12"),
        ("What colour is the buoy?", "# Marks\n\n- a bright-red buoy\n- a bell\n", "bright-red"),
        (
            "How far in advance must a berth be booked?",
            "# Berths\n\nA berth is booked three weeks ahead.\n",
            "three weeks",
        ),
        ("Who replaced Jon Marsh?", "# Keepers\n\nIda Quist takes over from Jon Marsh.\n", "Ida Quist"),
        ("By when must the deposit be paid?", "# Hire\n\nA deposit of £40 is due by 22 March.\n", "22 March"),
    ],
)
def test_a_question_put_in_other_words_is_answered(question: str, text: str, held: str) -> None:
    assert held in " ".join(_quote(question, text))


def test_a_fact_without_its_reason_does_not_answer_why() -> None:
    assert not _quote("Why was the regatta moved?", "# Regatta\n\nWe met.\n\nThe regatta has been moved to 3 July.\n")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What is the name of the ferry?", "# Ferry\n\nThe ferry carries forty people.\n"),
        ("How many boats does the club have?", "# Club\n\nForty boats sailed for the club in May.\n"),
        ("How many boats does the club have?", "# Club\n\nThe club mended two of its boats.\n"),
        ("How do I lock a file?", "Keywords: file,lock,synchronization\n"),
        ("Does Ada have to row?", "# Letter\n\nAda would love to come.\n"),
        ("What can guests do instead of rowing?", "# Guests\n\nThe guests can try rowing.\n"),
        ("What will the guests do at the lake?", "# Lake\n\nA day at the lake costs £9 and is for all guests.\n"),
        ("When was George Hargrave born?", "George Hargrave went to sea in 1871.\n"),
        ("What did Walter die of?", "Of little Walter the village told many stories.\n"),
        ("Who has kept the gate since Mr Lund left?", "Mr Lund retires on 30 September after 26 years at the gate.\n"),
        ("Who makes the lamp?", "The lamp stops making light when the mist comes.\n"),
        ("Why was the dome shut in January?", "The dome had to stay shut from 6 January to 22 January.\n"),
    ],
)
def test_what_only_shares_words_with_a_question_is_refused(question: str, text: str) -> None:
    assert not _quote(question, text)


@pytest.mark.parametrize(
    ("question", "text", "held"),
    [
        ("What is the name of the ferry?", "# Ferry\n\nThe ferry is called Tern.\n", "Tern"),
        ("How many boats does the club have?", "# Club\n\nThe club has 41 boats.\n", "41"),
        ("What should I do if my boat leaks?", "# Leaks\n\nIf your boat leaks, ring the warden.\n", "warden"),
        ("What can guests do instead of rowing?", "# Guests\n\nInstead of rowing, guests can fish.\n", "fish"),
        ("What will the guests do at the lake?", "# Lake\n\nThe guests will row on the lake.\n", "row"),
        ("When was the front door of entrance C replaced?", "Entrance C got a new front door in May 2024.\n", "2024"),
        ("When was George Hargrave born?", "George Hargrave was born in 1856.\n", "1856"),
        (
            "Why was the dome shut in January?",
            "The dome was shut in January because a bearing had rusted.\n",
            "bearing",
        ),
        (
            "Who replaced Jon Marsh?",
            "# Keepers\n\nIda Quist came in May. She takes over from Jon Marsh.\n",
            "Ida Quist",
        ),
    ],
)
def test_what_says_it_is_quoted_with_whom_it_means(question: str, text: str, held: str) -> None:
    assert held in " ".join(_quote(question, text))


@pytest.mark.parametrize("name", ["Mia Holt", "Otto Lindgren", "Alfred"])
def test_a_name_that_ends_like_a_verb_names_who_it_is(name: str) -> None:
    said = f"The treasurer is {name}."
    assert _quote("Who is the treasurer?", said) == [said]


def test_who_is_told_by_what_names_somebody():
    pump = "A repaired pump (option A) is cheap, and runs on."
    assert _quote("Who repaired the pump?", pump) == []
    assert _quote("Who repaired the pump?", pump, "The parish repaired the pump.") == ["The parish repaired the pump."]


def test_a_letter_tells_one_thing_from_its_like():
    rest = "".join(
        f"The lift in entrance {name} was serviced in week {week}.\n" for week, name in enumerate("ABCABC", 3)
    )
    other = f"The front doors of entrances A and B were replaced in March 2024.\n{rest}"
    assert _quote("When was the front door of entrance C replaced?", other) == []
    same = other.replace("A and B", "A and C")
    assert "March 2024" in _quote("When was the front door of entrance C replaced?", same)[0]


def test_what_says_no_more_than_the_question_is_no_answer() -> None:
    assert _quote("Who lends the fruit press?", "Fruit press lends.\n\nThe boats lie here.\n\nNobody swims.\n") == []
    lent = "The fruit press is lent by Ruth Amsel.\n\nThe boats lie here.\n\nNobody swims.\n"
    assert _quote("Who lends the fruit press?", lent) == ["The fruit press is lent by Ruth Amsel."]

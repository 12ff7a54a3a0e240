"""Follow-ups, completed from the turns before."""

import pytest

from moe_kit.extraction.follow_ups.completion import complete_question
from moe_kit.extraction.follow_ups.turn import EarlierTurn

PASS = EarlierTurn(question="What did the fish ladder cost?", short_answer="£12,400")
CHURCH = EarlierTurn(question="When was the church tower repaired?", short_answer="1931")
CHAIR = EarlierTurn(question="Who chaired the Rowing Club until May 2011?", short_answer="Nora Feld")
HONEY = EarlierTurn(question="How much honey did the abbey sell in 2014?", short_answer="310 kg")
OFFER = EarlierTurn(question="Which roof tender was cheaper?", short_answer="Harper's")
PAIRS = EarlierTurn(question="How many pairs of owls were there in 2018?", short_answer="12")
MASTER = EarlierTurn(question="Who was harbourmaster until August 2019?", short_answer="Otto Brand")
GIFT = EarlierTurn(question="What was the largest gift to the appeal?")
PRICE = EarlierTurn(question="What is the price of the tickets?")
LETTERS = EarlierTurn(question="How many letters did Otto Brand write?", short_answer="eleven")
LIMIT = EarlierTurn(question="What limit did the surveyor set for the east beam?", short_answer="4 tonnes")
SCHULE = EarlierTurn(question="Wer hat die alte Schule umgebaut?", short_answer="Ida Kern")


@pytest.mark.parametrize(
    ("turn", "follow_up", "whole"),
    [
        (PASS, "and who paid for it?", "Who paid for the fish ladder?"),
        (PASS, "When was it built?", "When was the fish ladder built?"),
        (GIFT, "and the smallest?", "What was the smallest gift to the appeal?"),
        (GIFT, "who gave it?", "Who gave the largest gift to the appeal?"),
        (PRICE, "and the boat?", "What is the price of the boat?"),
        (CHAIR, "who came after her?", "Who came after Nora Feld (chaired the Rowing Club until May 2011)?"),
        (LETTERS, "What was his trade?", "What was Otto Brand's trade?"),
        (LETTERS, "from whom, and at what rate?", "From whom, and at what rate did Otto Brand write (letters eleven)?"),
        (PAIRS, "why so few?", "Why so few were the pairs of owls there in 2018 (12)?"),
        (PASS, "why?", "Why did the fish ladder cost (£12,400)?"),
        (PASS, "What about the new pump?", "What did the new pump cost?"),
        (PASS, "and the new pump", "What did the new pump cost?"),
        (PASS, "and in 2019?", "What did the fish ladder cost in 2019?"),
        (PASS, "how much was paid?", "How much was paid (the fish ladder cost)?"),
        (PASS, "Tell me more", "Tell me more: the fish ladder cost"),
        (PASS, "Summarise it in one sentence", "Summarise the fish ladder in one sentence"),
        (PASS, "What about its upkeep?", "What about the fish ladder's upkeep?"),
        (PASS, "and the other one?", "What did the fish ladder cost (the other one)?"),
        (PASS, "did they regret it?", "Did they regret the fish ladder (the fish ladder cost)?"),
        (MASTER, "And the treasurer?", "Who was harbourmaster until August 2019 (the treasurer)?"),
        (PASS, "Really?", "What did the fish ladder cost?"),
        (CHURCH, "By whom?", "By whom was the church tower repaired?"),
        (CHURCH, "how long did it take?", "How long did it take (the church tower repaired)?"),
        (CHURCH, "what was the total cost?", "What was the total cost (the church tower repaired)?"),
        (CHURCH, "What else happened that year?", "What else happened that year (1931)?"),
        (CHAIR, "Why did she resign?", "Why did Nora Feld resign?"),
        (CHAIR, "What was her trade?", "What was Nora Feld's trade?"),
        (CHAIR, "and the sailing school?", "Who chaired the sailing school until May 2011?"),
        (CHAIR, "since when?", "Since when was it that Nora Feld chaired the Rowing Club until May 2011?"),
        (HONEY, "what about 2009?", "How much honey did the abbey sell in 2009?"),
        (HONEY, "and wax?", "How much wax did the abbey sell in 2014?"),
        (HONEY, "Who bought it?", "Who bought the honey (the abbey sell in 2014)?"),
        (OFFER, "by how much?", "By how much was Harper's cheaper (the roof tender)?"),
        (OFFER, "who chose it?", "Who chose the roof tender (cheaper)?"),
        (LIMIT, "when did she retire?", "When did the surveyor retire?"),
        (SCHULE, "und wer hat das bezahlt?", "Wer hat die alte Schule bezahlt?"),
        (SCHULE, "wann?", "Wann hat Ida Kern die alte Schule umgebaut?"),
        (SCHULE, "Was hat sie gekostet?", "Was hat die alte Schule gekostet?"),
        (SCHULE, "Wann wurde sie geboren?", "Wann wurde Ida Kern geboren?"),
        (SCHULE, "und die Turnhalle?", "Wer hat die Turnhalle umgebaut?"),
    ],
)
def test_a_follow_up_is_completed(turn: EarlierTurn, follow_up: str, whole: str) -> None:
    assert complete_question(follow_up, [turn]) == whole


@pytest.mark.parametrize("turn", [PASS, CHAIR, OFFER, SCHULE])
@pytest.mark.parametrize(
    "question",
    [
        "And who paid for the new pump?",
        "who  made the mats",
        "What did Nora Feld say about her vote?",
        "How far has the tower moved since it was tied?",
        "When did the ferry sink, and who raised it?",
        "Is it true that the abbey was sold?",
        "What happened this year in Norwich?",
        "How many boats are there in the harbour?",
        "Wer leitet die Genossenschaft?",
        "List the owners of the mill",
        "2 + 2",
        "",
    ],
)
def test_a_question_that_is_whole_stays_as_it_is(turn: EarlierTurn, question: str) -> None:
    assert complete_question(question, [turn]) == question


def test_without_earlier_turns_nothing_is_added() -> None:
    assert complete_question("and who paid for it?", []) == "and who paid for it?"


def test_who_is_meant_may_stand_further_back_or_in_the_answer_alone() -> None:
    turns = [CHAIR, EarlierTurn(question="What does the club's house cost?")]
    assert complete_question("When did she retire?", turns) == "When did Nora Feld retire?"
    told = EarlierTurn(question="Who mended the clock?", answer="The clock was mended by Mrs Ada Lorne in spring. [1]")
    assert complete_question("Where did she live?", [told]) == "Where did Mrs Ada Lorne live?"


def test_completed_questions_are_built_upon() -> None:
    first = complete_question("and the new pump?", [PASS])
    assert complete_question("who paid for it?", [PASS, EarlierTurn(question=first)]) == "Who paid for the new pump?"


@pytest.mark.parametrize("odd", ["?", "...", "and", "and?", "it", "its", "\u0000", "(", "why " * 400, "é" * 20_000])
def test_what_is_no_question_does_no_harm(odd: str) -> None:
    for earlier in ("?", "and", "it", "Who", "the", "What did", "in", *(turn.question for turn in (PASS, SCHULE))):
        assert isinstance(complete_question(odd, [EarlierTurn(question=earlier)]), str)
        assert isinstance(complete_question(earlier, [EarlierTurn(question=odd)]), str)

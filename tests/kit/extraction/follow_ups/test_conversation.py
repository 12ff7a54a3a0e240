"""Follow-ups upon follow-ups: what one turn was completed with is not carried on as if it had been asked."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe_kit.extraction.follow_ups.bracket import split_bracket
from moe_kit.extraction.follow_ups.completion import complete_question
from moe_kit.extraction.follow_ups.turn import EarlierTurn

FIRST = (
    "Who founded the bakery?",
    "Who painted the boat shed?",
    "When was the mill sold?",
    "How much honey did the abbey sell in 2014?",
    "How long did the repair of the watershed take?",
    "What did the ferry (the old one) cost?",
    "Wer hat die alte Schule umgebaut?",
    "Who took it over (founded the bakery?",  # as an older record may have it
)
THINGS = ("it", "that", "the oven", "the boat shed", "the bell tower", "the crane (the big one)", "her", "they")
FORMS = (
    "who took {} over?",
    "who did {}?",
    "what did {} cost?",
    "when was {} sold?",
    "how long did {} take?",
    "and who paid for {}?",
    "what about {}?",
    "and {}?",
    "what was its price?",
    "who came after {}?",
    "when?",
    "why?",
    "by whom?",
    "how much?",
    "in 2019?",
    "really?",
    "tell me more",
    "and the other one?",
    "how much was paid?",
    "und wer hat das bezahlt?",
    "warum?",
)
ANSWERS = ("", "Odile Marchetti", "1987", "the club", "£400 (in all)", "a) yes", "Ida Kern and Otto Brand")
follow_ups = st.builds(lambda form, thing: form.format(thing), st.sampled_from(FORMS), st.sampled_from(THINGS))


def ask(first: tuple[str, str], *others: tuple[str, str]) -> list[str]:
    """What each further question of a conversation is completed to; each comes with its short answer."""
    turns = [EarlierTurn(question=first[0], short_answer=first[1])]
    for question, answer in others:
        turns.append(EarlierTurn(question=complete_question(question, turns), short_answer=answer))
    return [turn.question for turn in turns[1:]]


@pytest.mark.parametrize(
    ("first", "others", "whole"),
    [
        (
            ("Who founded the bakery?", "Odile Marchetti"),
            (("and who took it over?", "Renzo Bell"), ("when?", "1987"), ("what about the oven?", "")),
            [
                "Who took the bakery over?",
                "When was it that Renzo Bell took the bakery over?",
                "When was it that Renzo Bell took the oven over?",
            ],
        ),
        (
            ("Who painted the boat shed?", "Anna Lind"),
            (("What did that cost?", "£400"), ("and the crane?", ""), ("when was it sold?", "1990")),
            ["What did that cost (the boat shed painted)?", "What did the crane cost?", "When was the crane sold?"],
        ),
        (
            ("Who bought the mill?", "Ida Kern"),
            (("who did it?", ""), ("and the boat shed?", ""), ("when was it sold?", "")),
            ["Who did it (the mill bought)?", "Who did it (the boat shed)?", "When was the boat shed sold?"],
        ),
        (
            ("When was the boat shed painted?", "1950"),
            (("and the crane?", "1951"), ("by whom?", "Anna Lind"), ("why did she do it?", "")),
            [
                "When was the crane painted?",
                "By whom was the crane painted?",
                "Why did Anna Lind do it (the crane painted)?",
            ],
        ),
        (
            ("When was the mill sold?", "1950"),
            (("who set it up?", "Anna Lind"), ("who shut it down?", ""), ("did she give it up?", "")),
            ["Who set the mill up?", "Who shut the mill down?", "Did Anna Lind give the mill up?"],
        ),
        (
            ("What did the fish ladder cost?", "£12,400"),
            (("how much was paid?", ""), ("when was it built?", "")),
            ["How much was paid (the fish ladder cost)?", "When was the fish ladder built?"],
        ),
        (
            ("Who designed the bell tower?", "Ida Kern"),
            (("who did it?", ""), ("what about the stone oven?", ""), ("who sold it?", "")),
            ["Who did it (the bell tower designed)?", "Who did it (the stone oven)?", "Who sold the stone oven?"],
        ),
        (
            ("How much honey did the abbey sell in 2014?", "310 kg"),
            (("Who gave it to the school?", ""), ("when?", "")),
            [
                "Who gave the honey to the school (the abbey sell in 2014)?",
                "When was it that somebody gave the honey to the school?",
            ],
        ),
        (
            ("Who painted the boat shed?", "Anna Lind"),
            (("tell me more", ""), ("when?", "1950"), ("where is the bell tower?", ""), ("who built it?", "")),
            [
                "Tell me more: the boat shed painted",
                "When was it that Anna Lind painted the boat shed?",
                "where is the bell tower?",
                "Who built the bell tower?",
            ],
        ),
        (
            ("What did the fish ladder cost?", "a) little"),
            (("why?", ""), ("and what did the crane cost?", ""), ("in 2019?", "")),
            ["Why (the fish ladder cost)?", "and what did the crane cost?", "What did the crane cost in 2019?"],
        ),
    ],
)
def test_a_follow_up_upon_follow_ups_is_completed(
    first: tuple[str, str], others: Sequence[tuple[str, str]], whole: list[str]
) -> None:
    assert ask(first, *others) == whole


@settings(deadline=None, max_examples=400)
@given(
    first=st.tuples(st.sampled_from(FIRST), st.sampled_from(ANSWERS)),
    others=st.lists(st.tuples(follow_ups, st.sampled_from(ANSWERS)), min_size=1, max_size=6),
)
def test_a_completed_question_has_one_closed_bracket_at_most(
    first: tuple[str, str], others: list[tuple[str, str]]
) -> None:
    turns = [EarlierTurn(question=first[0], short_answer=first[1])]
    for question, answer in others:
        whole = complete_question(question, turns)
        assert re.fullmatch(r"[^()]*(?:\([^()]+\)[^()]*)?", whole), whole
        asked, told = split_bracket(whole)
        for turn in turns:
            context = split_bracket(turn.question)[1]
            assert not context or told.count(context) <= 1, whole
            assert not told or context != told or told not in asked, whole
        turns.append(EarlierTurn(question=whole, short_answer=answer))


def test_what_an_older_record_has_garbled_is_asked_about_all_the_same() -> None:
    garbled = EarlierTurn(question="Who took it over (founded the bakery?", short_answer="Renzo Bell")
    assert complete_question("when did he retire?", [garbled]) == "When did Renzo Bell retire?"
    assert split_bracket("(the mill)?") == ("the mill?", "")
    assert complete_question("really?", [replace(garbled, short_answer="")]).count("(") <= 1

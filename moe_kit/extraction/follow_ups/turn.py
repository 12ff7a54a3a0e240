"""A question that was asked before, and what became of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierTurn:
    """One turn of a conversation.

    Attributes:
        question: As it was completed.
        short_answer: The answer in a few words; "" where none was sure.
        answer: The text; "" where there is none.
    """

    question: str
    short_answer: str = ""
    answer: str = ""

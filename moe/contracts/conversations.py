"""Conversations: runs that follow one another."""

import msgspec


class ConversationSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One line about a conversation.

    Attributes:
        conversation_id: The id of its first run, or one that a caller gave it.
        question: Its first.
        turns: How many runs it has.
        started: Of the first one, Unix time in seconds.
        last: Of the last one, the same.
    """

    conversation_id: str
    question: str
    turns: int
    started: float
    last: float


class ConversationTurn(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a conversation.

    Attributes:
        question: As it was asked.
        asked_as: As it was completed from the turns before; "" where it stood alone.
        status: A `Status`, or "interrupted".
        started: Unix time in seconds.
        short_answer: The answer in a few words; "" where none was sure.
        answer: The text; "" without one.
        documents: What is cited, in the order of the marks [1], [2], ...
    """

    run_id: str
    question: str
    asked_as: str
    status: str
    started: float
    short_answer: str
    answer: str
    documents: tuple[str, ...] = ()


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation with all its turns, the oldest first."""

    conversation_id: str
    turns: tuple[ConversationTurn, ...]

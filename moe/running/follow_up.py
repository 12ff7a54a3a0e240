"""A run's place in a conversation: the question that it asks, completed from the turns before."""

from collections.abc import Sequence

import anyio.to_thread

from moe.contracts.conversations import Conversation
from moe.contracts.request import RunRequest
from moe.running.origin import RunOrigin
from moe.storage.runs import RunStore
from moe_core.contracts.errors import RequestError
from moe_core.contracts.event import EventSink
from moe_core.contracts.payloads import QuestionCompleted
from moe_core.contracts.task import Status
from moe_kit.extraction.follow_ups.completion import complete_question
from moe_kit.extraction.follow_ups.turn import EarlierTurn

MOST_TURNS = 8  # what "it" means stands in the last turns, and what a model reads of them must fit into its window
_ANSWER_LENGTH = 600  # characters of an answer: its first statements, in which names are looked for


async def complete_request(
    request: RunRequest, *, origin: RunOrigin, store: RunStore | None, events: EventSink
) -> RunRequest:
    """A request with the question that earlier turns of its conversation make of it; told as an event.

    Args:
        request: What is asked, in a conversation.
        origin: The run's: one that is taken up again asks what it asked before.
        store: The record.
        events: The run's.

    Raises:
        RequestError: Nothing is recorded.
        StorageError: The record cannot be read.
    """
    asked_as = origin.asked_as
    if not asked_as and origin.route is None:  # with a route it had got beyond this, and stood alone
        if store is None:
            raise RequestError(
                "nothing is recorded here, and so no conversation either",
                hint="set system.record to true, or ask a whole question without --continue",
            )
        conversation = await anyio.to_thread.run_sync(store.conversations.read, request.conversation_id or "")
        earlier = list_earlier(conversation, run_id=origin.run_id)
        asked_as = complete_question(request.question, earlier)
        if asked_as != request.question:
            events.emit(QuestionCompleted(question=request.question, asked_as=asked_as, turns=len(earlier)))
    return request.model_copy(update={"question": asked_as}) if asked_as else request


def list_earlier(conversation: Conversation, *, run_id: str) -> Sequence[EarlierTurn]:
    """What was asked and answered before a run, the newest last, as much of it as counts.

    Args:
        conversation: All of it.
        run_id: The run; what came after it is left out.
    """
    before = []
    for turn in conversation.turns:
        if turn.run_id == run_id:
            break
        if turn.status == Status.DONE:
            before.append(turn)
    return tuple(
        EarlierTurn(
            question=turn.asked_as or turn.question,
            short_answer=turn.short_answer,
            answer=turn.answer[:_ANSWER_LENGTH],
        )
        for turn in before[-MOST_TURNS:]
    )

"""A run's place in a conversation: the question that it asks, completed from the turns before."""

from collections.abc import Sequence
from dataclasses import dataclass

import anyio.to_thread

from moe.contracts.conversations import Conversation
from moe.contracts.request import RunRequest
from moe.running.completion import complete_by_model
from moe.running.context import RunContext
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


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A question in a conversation.

    Attributes:
        question: As it was put.
        asked_as: As it is asked.
        earlier: The turns before; none where a run is taken up again, which asks what it asked before.
    """

    question: str
    asked_as: str
    earlier: Sequence[EarlierTurn] = ()

    async def ask_model(self, context: RunContext, *, until: float) -> str | None:
        """What the run's model makes of it, told as an event; None where the question stays as it is.

        Args:
            context: The run's.
            until: When its time is over, Unix time in seconds.
        """
        if not self.earlier or self.asked_as == self.question:
            return None
        written = await complete_by_model(
            context, self.question, by_rule=self.asked_as, earlier=self.earlier, until=until
        )
        if written is None or written == self.asked_as:
            return None
        model = context.chain.top().served.model
        told = QuestionCompleted(question=self.question, asked_as=written, turns=len(self.earlier), model=model)
        context.events.emit(told)
        return written


async def find_follow_up(
    request: RunRequest, *, origin: RunOrigin, store: RunStore | None, events: EventSink
) -> FollowUp:
    """A request's question with what earlier turns of its conversation make of it, told as an event.

    Args:
        request: What is asked, in a conversation.
        origin: The run's.
        store: The record.
        events: The run's.

    Raises:
        RequestError: Nothing is recorded.
        StorageError: The record cannot be read.
    """
    question = request.question
    if origin.asked_as or origin.route is not None:  # with a route it had got beyond this, and stood alone
        return FollowUp(question=question, asked_as=origin.asked_as or question)
    if store is None:
        raise RequestError(
            "nothing is recorded here, and so no conversation either",
            hint="set system.record to true, or ask a whole question without --continue",
        )
    conversation = await anyio.to_thread.run_sync(store.conversations.read, request.conversation_id or "")
    earlier = list_earlier(conversation, run_id=origin.run_id)
    asked_as = complete_question(question, earlier)
    if asked_as != question:
        events.emit(QuestionCompleted(question=question, asked_as=asked_as, turns=len(earlier)))
    return FollowUp(question=question, asked_as=asked_as, earlier=earlier)


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

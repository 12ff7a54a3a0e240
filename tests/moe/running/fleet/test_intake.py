"""Messages become runs, once each, or dead letters with a reason."""

import pytest

from moe.contracts.request import RunRequest
from moe.running.fleet.intake import RunIntake, make_run_name
from moe_core.contracts.errors import NameUnknownError, StorageError
from moe_core.contracts.transports import BrokerMessage

pytestmark = pytest.mark.anyio
BODY = b'{"type": "moe.run", "id": "a-1", "request": {"question": "Who?"}}'


class Desk:
    def __init__(self, error: Exception | None = None) -> None:
        self.asked: list[tuple[str, str]] = []
        self.error = error

    async def submit(self, request: RunRequest, run_id: str) -> str:
        if self.error is not None:
            raise self.error
        self.asked.append((run_id, request.question))
        return run_id


async def test_a_message_becomes_a_run_of_its_own_id():
    desk = Desk()
    intake = RunIntake(desk.submit)
    assert await intake.take(BrokerMessage(body=BODY)) == ""
    body = b'{"request": {"question": "What?"}}'
    assert await intake.take(BrokerMessage(body=body, message_id="b-2", type="moe.run")) == ""
    assert await intake.take(BrokerMessage(body=BODY, message_id="c-3")) == ""
    assert desk.asked == [("a-1", "Who?"), ("b-2", "What?"), ("c-3", "Who?")]
    assert (intake.taken, intake.dead) == (3, 0)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (BrokerMessage(body=b"\xff\x00"), "the body is no JSON object"),
        (BrokerMessage(body=b"[1]", message_id="a", type="moe.run"), "the body is no JSON object"),
        (BrokerMessage(body=b"{}", message_id="a"), "it has no type; write moe.run"),
        (BrokerMessage(body=BODY, type="moe.rnu"), "the type 'moe.rnu' is unknown; did you mean moe.run?"),
        (BrokerMessage(body=b'{"request": {"question": "Who?"}}', type="moe.run"), "it has no id"),
        (BrokerMessage(body=b"{}", message_id="a", type="moe.run"), "request must be an object"),
        (BrokerMessage(body=b'{"request": {}}', message_id="a", type="moe.run"), "request.question is missing"),
        (
            BrokerMessage(body=b'{"request": {"question": "W", "doc": 1}}', message_id="a", type="moe.run"),
            "request.doc is unknown here",
        ),
        (BrokerMessage(body=b" " * ((1 << 20) + 1)), "the body has 1,048,577 bytes"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
async def test_what_cannot_be_read_is_a_dead_letter_with_its_reason(message, reason):
    desk, told = Desk(), []
    intake = RunIntake(desk.submit, on_dead=told.append)
    found = await intake.take(message)
    assert reason in found
    assert len(found.splitlines()) == 1
    assert found in told[0]
    assert (desk.asked, intake.taken, intake.dead) == ([], 0, 1)


async def test_a_dead_letter_is_told_by_the_id_of_its_body_where_the_broker_has_none():
    told: list[str] = []
    intake = RunIntake(Desk().submit, on_dead=told.append)
    for body, name in ((b'{"id": "a-1"}', ""), (b'{"id": "a-1"}', "b-2"), (b'{"id": "a\\n1"}', ""), (b"[]", "")):
        await intake.take(BrokerMessage(body=body, message_id=name))
    ids = [line.partition(" goes to the dead letters: ")[0] for line in told]
    assert ids == ["message a-1", "message b-2", "message a 1", "message without an id"]


async def test_what_names_nothing_is_dead_and_what_cannot_be_recorded_now_comes_again():
    assert "belter" in await RunIntake(Desk(NameUnknownError("belter", "x")).submit).take(BrokerMessage(body=BODY))
    intake = RunIntake(Desk(StorageError("locked")).submit)
    with pytest.raises(StorageError):
        await intake.take(BrokerMessage(body=BODY))
    assert (intake.taken, intake.dead) == (0, 0)


def test_an_id_that_no_run_may_have_is_told_from_others_all_the_same():
    assert make_run_name("order-17.b_2") == "order-17.b_2"
    odd = [make_run_name(one) for one in ("../x", "a b", "", "ä", "a" * 101, "-a", "\ud800")]
    assert len(set(odd)) == len(odd)
    assert all(one.startswith("message-") for one in odd)
    assert make_run_name("a b") == make_run_name("a b")

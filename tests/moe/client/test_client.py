"""The client: the same tests on a server and on an App in this process."""

import subprocess
import sys

import httpx
import pytest

from moe.client import MoEClient
from moe.client.errors import ServerProblemError, ServerUnreachableError, build_error
from moe.contracts.request import RunRequest
from moe_core.contracts.errors import DocumentError, MoeError, NameUnknownError, RequestError, StorageError
from moe_core.contracts.event import EventKind
from moe_core.contracts.task import Status
from served_project import MILL, QUESTION

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["server", "embedded"])
async def client(request, served, monkeypatch):
    for name, value in served.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(served.folder)
    monkeypatch.setenv("MOE_URL", served.url if request.param == "server" else "")
    async with MoEClient() as client:
        yield client


async def wait_for_tool(client, run_id):
    async for event in client.events(run_id):
        if event.kind is EventKind.TOOL_CALLED:
            return


async def test_a_question_is_answered_with_citations(client):
    result = await client.run(QUESTION["question"], docs=["docs"])
    assert result.status is Status.DONE
    assert "Ada Brook" in result.answer
    cited = result.citations[0]
    assert MILL[cited.start : cited.end] == cited.text
    assert await client.get_result(result.run_id) == result
    assert (await client.runs(limit=1))[0].run_id == result.run_id


async def test_events_are_told_as_values_each_once(client):
    events = [event async for event in client.stream(RunRequest(**QUESTION))]
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert events[0].data.request["question"] == QUESTION["question"]
    assert events[-1].kind is EventKind.RUN_FINISHED
    again = [event async for event in client.events(events[0].run_id, after=3)]
    assert again == events[3:]


async def test_a_run_comes_out_the_same_when_it_is_replayed(client):
    run = await client.run(QUESTION["question"], docs=["docs"])
    report = await client.replay(run.run_id)
    assert (report.run_id, report.is_same, report.answer) == (run.run_id, True, run.answer)
    with pytest.raises(NameUnknownError):
        await client.replay("nobody")


async def test_questions_that_follow_one_another_are_a_conversation(client):
    name = "talk/of the mill"
    for question in (QUESTION["question"], "And when?"):
        await client.run(question, docs=["docs"], conversation_id=name)
    found = await client.get_conversation(name)
    assert "tidal mill" in found.turns[-1].asked_as
    assert (await client.conversations(limit=1))[0].conversation_id == name
    with pytest.raises(NameUnknownError, match="conversation"):
        await client.get_conversation("no such talk")


async def test_a_run_is_cancelled_rated_and_deleted(client):
    run = await client.start("Wait", top="drummer", drummer="sluggish")
    await wait_for_tool(client, run)
    with pytest.raises(RequestError, match="is running"):
        await client.get_result(run)
    with pytest.raises(RequestError, match="goes on"):
        await client.delete(run)
    await client.cancel(run)
    assert [event async for event in client.events(run)][-1].data.status == "cancelled"
    assert (await client.get_result(run)).status is Status.CANCELLED
    assert (await client.rate(run, "bad", note="too slow")).rating.note == "too slow"
    await client.delete(run)
    with pytest.raises(NameUnknownError):
        await client.get_result(run)


async def test_a_run_that_fails_is_a_result_that_says_why(client, served):
    (served.folder / "torn.pdf").write_bytes(b"%PDF-1.7 torn")
    result = await client.run(QUESTION["question"], docs=["torn.pdf"])
    assert (result.status, result.error.code) == (Status.FAILED, "document")


@pytest.mark.parametrize("field", ["belter", "drummer", "provider", "collection", "personas"])
async def test_a_name_that_is_unknown_is_refused_before_a_run_begins(client, field):
    before = await client.runs(limit=1)
    name = "reserch" if field == "belter" else "nobody"
    with pytest.raises(NameUnknownError, match=name) as caught:
        await client.run(QUESTION["question"], docs=["docs"], **{field: [name] if field == "personas" else name})
    assert caught.value.hint == "did you mean 'research'?" if field == "belter" else caught.value.hint
    assert await client.runs(limit=1) == before


@pytest.mark.parametrize("docs", ["dcs", "docs/mil.md", "docs/*.mdd"])
async def test_documents_that_are_not_there_are_refused_before_a_run_begins(client, docs):
    before = await client.runs(limit=1)
    for ask in (client.run, client.start):
        with pytest.raises(DocumentError):
            await ask(QUESTION["question"], docs=[docs])
    assert await client.runs(limit=1) == before


async def test_a_run_is_meant_by_its_whole_id(client):
    run = (await client.run(**QUESTION)).run_id
    for name in (run[:-1], "last"):
        for ask in (client.get_result, client.cancel, client.delete, lambda run: client.rate(run, "good")):
            with pytest.raises(NameUnknownError):
                await ask(name)
    assert (await client.get_result(run)).run_id == run


async def test_an_answer_is_told_while_it_is_written_to_whoever_wants_that(client):
    wanted = {"docs": ["docs"], "belter": "research", "provider": "talker"}
    for streams in (True, False):
        events = [event async for event in client.stream(QUESTION["question"], stream=streams, **wanted)]
        pieces = [event for event in events if event.kind is EventKind.ANSWER_PIECE]
        assert bool(pieces) == streams
        numbers = [event.sequence for event in events if event.kind is not EventKind.ANSWER_PIECE]
        assert numbers == list(range(1, len(numbers) + 1))
        if pieces:
            assert "Ada Brook" in "".join(piece.data.text for piece in pieces)
            place = events.index(pieces[0])
            assert events[place - 1].sequence == pieces[0].sequence


async def test_a_wrong_field_is_refused_before_anybody_is_asked(client):
    with pytest.raises(RequestError, match="no field 'doc'") as caught:
        await client.run("a", doc=["docs"])
    assert caught.value.hint == "did you mean docs?"
    with pytest.raises(RequestError, match="question must have at least 1 characters"):
        await client.run("")
    with pytest.raises(RequestError, match=r"^docs must be a list$"):
        await client.run("a", docs="papers")


async def test_an_unknown_run_is_the_same_error(client):
    for ask in (client.get_result, client.cancel, client.delete):
        with pytest.raises(NameUnknownError, match="no run is named 'nobody'"):
            await ask("nobody")


async def test_a_task_is_done_by_its_type(client):
    content = {"query": QUESTION["question"], "docs": ["docs"], "depth": "comprehensive", "include": ["documents"]}
    result = await client.execute_task(task_type="research", content=content)
    assert (result.status, result.route.route) == (Status.DONE, "research")
    assert "Ada Brook" in result.answer
    with pytest.raises(RequestError, match=r"dept is no field; did you mean depth\?"):
        await client.execute_task("research", {**content, "dept": "quick"})


async def test_documents_are_kept_asked_cited_and_deleted(client, tmp_path):
    (tmp_path / "mill.md").write_text(MILL, encoding="utf-8")
    change = await client.add_documents("kept", [tmp_path / "mill.md"])
    assert (change.added, change.documents) == (("mill.md",), 1)
    kept = next(one for one in await client.collections() if one.name == "kept")
    assert [file.name for file in kept.files] == ["mill.md"]
    cited = (await client.run(QUESTION["question"], collection="kept")).citations[0]
    assert await client.read_document("kept", cited.document, start=cited.start, end=cited.end) == cited.text
    with pytest.raises(NameUnknownError, match=r"mil\.md"):
        await client.read_document("kept", "mil.md")
    await client.delete_collection("kept")
    assert "kept" not in [one.name for one in await client.collections()]
    for ask in (client.delete_collection, lambda name: client.read_document(name, "mill.md")):
        with pytest.raises(NameUnknownError):
            await ask("kept")


async def test_what_cannot_be_kept_is_refused_alike(client, tmp_path):
    (tmp_path / "a.zip").write_bytes(b"PK")
    for files in ([tmp_path / "a.zip"], [tmp_path], [tmp_path / "nowhere.md"]):
        with pytest.raises(DocumentError):
            await client.add_documents("junk", files)
    (tmp_path / "a.md").write_text("A.", encoding="utf-8")
    for name, files in (("../junk", [tmp_path / "a.md"]), ("junk", []), ("junk", [tmp_path / "a.md"] * 2)):
        with pytest.raises(RequestError):
            await client.add_documents(name, files)
    assert "junk" not in [one.name for one in await client.collections()]


def test_code_that_is_not_async_has_the_same_methods(served):
    with MoEClient.sync(served.url) as client:
        events = list(client.stream(**QUESTION))
        assert client.get_result(events[0].run_id).answer
        with pytest.raises(NameUnknownError):
            client.get_result("nobody")
        assert client.runs(limit=1)[0].run_id == events[0].run_id


async def test_a_stream_that_breaks_goes_on_where_it_was(served):
    """Behind a proxy that cuts each answer after some bytes."""
    cuts = []

    class Cutting(httpx.AsyncBaseTransport):
        def __init__(self):
            self.inner = httpx.AsyncHTTPTransport()

        async def handle_async_request(self, request):
            answer = await self.inner.handle_async_request(request)
            if not request.url.path.endswith("/events"):
                return answer

            async def cut():
                size, most = 0, 3000 * (len(cuts) + 1)  # more each time, so that the longest event comes through
                async for piece in answer.stream:
                    room = most - size
                    size += len(piece)
                    yield piece[:room]
                    if size > most:
                        cuts.append(str(request.url))
                        await answer.aclose()
                        raise httpx.ReadError("cut")

            return httpx.Response(answer.status_code, headers=answer.headers, content=cut())

        async def aclose(self):
            await self.inner.aclose()

    async with MoEClient(served.url) as client:
        connection = client._connection
        await connection._http.aclose()
        connection._http = httpx.AsyncClient(base_url=served.url, transport=Cutting(), timeout=60)
        numbers = [event.sequence async for event in client.stream(RunRequest(**QUESTION))]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(cuts) > 1


async def test_where_no_server_is_the_address_is_told_with_what_starts_one(dead_url):
    async with MoEClient(dead_url) as client:
        with pytest.raises(ServerUnreachableError, match="no server answers at") as caught:
            await client.cancel("x")
    assert (caught.value.url, caught.value.hint) == (dead_url, "moe serve starts one")


async def test_what_a_server_refuses_by_itself_is_told_with_its_code(served):
    async with MoEClient(served.url) as client:
        with pytest.raises(ServerProblemError, match="lies outside") as caught:
            await client.run("a", docs=["/etc"])
    assert (caught.value.code, caught.value.status, caught.value.retryable) == ("docs_outside", 403, False)


def test_problems_become_the_librarys_errors():
    error = build_error({"code": "storage", "detail": "the disk is full", "hint": "free some"})
    assert (type(error), str(error), error.hint) == (StorageError, "the disk is full", "free some")
    busy = build_error({"code": "busy", "status": 429, "detail": "9 wait"}, retry_after=5.0)
    assert isinstance(busy, ServerProblemError)
    assert (busy.retryable, busy.retry_after) == (True, 5.0)
    assert issubclass(ServerUnreachableError, MoeError)


def test_it_imports_neither_the_server_nor_the_engine():
    code = "import sys, moe.client; print([name for name in sys.modules if name.startswith("
    code += "('fastapi', 'uvicorn', 'moe.app', 'moe.running', 'moe.server', 'numpy'))])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_program_that_leaves_its_client_open_ends(served):
    program = "from moe.client import MoEClient; print(len(MoEClient.sync().runs(limit=1)))"
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={**served.environment, "PYTHONPATH": ":".join(filter(None, sys.path)), "MOE_URL": served.url},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_key_that_no_key_is_like_is_refused(served):
    with pytest.raises(RequestError, match="characters that no key has"):
        MoEClient(served.url, key="moe_\u2026")
    with pytest.raises(RequestError, match="characters that no key has"):
        MoEClient.sync(served.url, key="moe_\u2026")

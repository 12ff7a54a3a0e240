"""Work that comes in by real brokers: each message is one run, whatever happens to the broker meanwhile."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import anyio
import nats as nats_client
import pytest
from faststream.nats import NatsBroker
from faststream.rabbit import RabbitBroker, RabbitQueue

from durable_place import wait_for_line
from fleet_servers import FleetServer
from quickest import do_within

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
MANY = 300
SECONDS = 150.0
Moe = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "mill.txt").write_text("The mill was restored by Ada Brook in 1912.", encoding="utf-8")
    return tmp_path


@pytest.fixture
def environment(project: Path) -> dict[str, str]:
    home = project / "home"
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MOE_", "_MOE"))}
    return {**kept, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "OLLAMA_HOST": "127.0.0.1:1", "MOE_TRUST": "/"}


@pytest.fixture
def moe(project: Path, environment: dict[str, str]) -> Moe:
    def call(*words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "moe", *words]
        return subprocess.run(command, env=environment, cwd=project, text=True, capture_output=True, check=False)

    return call


@contextmanager
def going_on(
    project: Path, environment: dict[str, str], words: Sequence[str], sign: str
) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "moe", *words]
    with subprocess.Popen(command, env=environment, cwd=project, stderr=subprocess.PIPE, text=True) as process:
        try:
            wait_for_line(process, sign)
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(40) == 0


def list_runs(moe: Moe) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(moe("runs", "list", "--limit", "1000", "--json").stdout)
    return found


async def wait_until_done(moe: Moe, number: int) -> list[dict[str, Any]]:
    until = time.monotonic() + SECONDS
    while True:
        runs = list_runs(moe)
        if len(runs) >= number and all(run["status"] not in ("queued", "running") for run in runs):
            return runs
        assert time.monotonic() < until, [run["status"] for run in runs]
        await anyio.sleep(2)


def make_body(number: int) -> bytes:
    request = {"question": f"Who restored the mill, asks {number}?", "docs": ["docs"]}
    return json.dumps({"request": request}).encode()


async def publish(broker: RabbitBroker, queue: str, number: int) -> None:
    """As a sender does that wants it to arrive: again, until the broker confirms it."""
    while True:
        try:
            await broker.publish(
                make_body(number),
                queue=queue,
                persist=True,
                message_id=f"m-{number}",
                message_type="moe.run",
                timeout=5,
            )
        except Exception:
            await anyio.sleep(0.3)
        else:
            return


async def test_300_messages_each_twice_and_a_restart_of_rabbitmq_are_300_runs_with_300_results(
    rabbit: FleetServer, project: Path, environment: dict[str, str], moe: Moe
):
    queue = "questions"
    with ExitStack() as stack:
        stack.enter_context(going_on(project, environment, ["worker", "--concurrency", "4"], "Ctrl-C ends it"))
        stack.enter_context(going_on(project, environment, ["intake", f"{rabbit.url}?queue={queue}"], "are taken at"))
        async with RabbitBroker(rabbit.url, logger=None, reconnect_interval=1.0) as broker:
            await broker.start()
            for number in range(MANY // 2):
                await publish(broker, queue, number)
                await publish(broker, queue, number)
            await anyio.to_thread.run_sync(rabbit.stop)
            await anyio.to_thread.run_sync(rabbit.start)
            for number in range(MANY // 2, MANY):
                await publish(broker, queue, number)
                await publish(broker, queue, number)
        runs = await wait_until_done(moe, MANY)
    assert sorted(run["run_id"] for run in runs) == sorted(f"m-{number}" for number in range(MANY))
    assert {run["status"] for run in runs} == {"done"}
    asked = {run["run_id"]: run["question"] for run in runs}
    assert all(asked[f"m-{number}"] == f"Who restored the mill, asks {number}?" for number in range(MANY))


async def test_what_a_killed_intake_had_not_confirmed_comes_to_another_as_the_same_run(
    rabbit: FleetServer, project: Path, environment: dict[str, str], moe: Moe
):
    address, many = f"{rabbit.url}?queue=handed-on", 20
    words = [sys.executable, "-m", "moe", "intake", address]
    async with RabbitBroker(rabbit.url, logger=None) as broker:
        await broker.start()
        await broker.declare_queue(RabbitQueue("handed-on", durable=True))
        with subprocess.Popen(words, env=environment, cwd=project, stderr=subprocess.PIPE, text=True) as first:
            wait_for_line(first, "are taken at")
            for number in range(many):
                await publish(broker, "handed-on", number)
            until = time.monotonic() + SECONDS
            while not list_runs(moe) and time.monotonic() < until:
                await anyio.sleep(0.05)
            first.kill()  # with messages that are recorded and not confirmed, or only fetched
        taken = [run["run_id"] for run in list_runs(moe)]
        for number in range(many):  # as a sender does that never heard whether it arrived
            await publish(broker, "handed-on", number)
    assert taken
    with ExitStack() as stack:
        stack.enter_context(going_on(project, environment, ["intake", address], "are taken at"))
        stack.enter_context(going_on(project, environment, ["worker", "--concurrency", "2"], "Ctrl-C ends it"))
        stack.enter_context(going_on(project, environment, ["worker", "--concurrency", "2"], "Ctrl-C ends it"))
        runs = await wait_until_done(moe, many)
    assert sorted(run["run_id"] for run in runs) == sorted(f"m-{number}" for number in range(many))
    failed = [run["run_id"] for run in runs if run["status"] != "done"]
    assert not failed, [moe("runs", "show", name).stdout for name in failed[:1]]
    for name in taken[:5]:
        events = json.loads(moe("runs", "show", name, "--json").stdout)["events"]
        assert [event["kind"] for event in events].count("run.started") == 1


async def test_what_nobody_can_read_lies_in_rabbitmq_with_its_reason(
    rabbit: FleetServer, project: Path, environment: dict[str, str], moe: Moe
):
    with going_on(project, environment, ["intake", f"{rabbit.url}?queue=odd"], "are taken at") as taking:
        async with RabbitBroker(rabbit.url, logger=None) as broker:
            await broker.start()
            await broker.publish(b"\xff", queue="odd", message_id="a", message_type="moe.run")
            await broker.publish(make_body(1), queue="odd", message_id="b", message_type="moe.rnu")
            await broker.publish(make_body(1), queue="odd", message_id="good", message_type="moe.run")
            assert "moe.rnu" in wait_for_line(taking, "message b goes to the dead letters")
            letters = await broker.declare_queue(RabbitQueue("odd.dead", durable=True))
            found, names = {}, set()
            with anyio.fail_after(20):
                while len(found) < 2:
                    letter = await letters.get(no_ack=True, fail=False)
                    if letter is not None:
                        found[letter.body] = letter.headers["moe-reason"]
                        names.add((letter.message_id, letter.headers["moe-message-id"]))
    assert names == {("a", "a"), ("b", "b")}
    assert "no JSON" in found[b"\xff"]
    assert found[make_body(1)] == "the type 'moe.rnu' is unknown; did you mean moe.run?"
    assert [run["run_id"] for run in list_runs(moe)] == ["good"]


async def test_nats_keeps_messages_for_an_intake_that_is_not_there_and_each_is_one_run(
    nats: FleetServer, project: Path, environment: dict[str, str], moe: Moe
):
    url = f"{nats.url}?queue=jobs"
    with going_on(project, environment, ["intake", url], "are taken at"):
        pass
    headers = {"type": "moe.run"}
    async with NatsBroker(nats.url, logger=None) as broker:
        await broker.start()
        for number in (1, 2, 2):
            await broker.publish(
                make_body(number), "jobs", headers={**headers, "Nats-Msg-Id": f"n-{number}"}, stream="jobs"
            )
        await broker.publish(b"{", "jobs", headers={**headers, "Nats-Msg-Id": "odd"}, stream="jobs")
    with going_on(project, environment, ["intake", url], "are taken at") as taking:
        assert "no JSON" in wait_for_line(taking, "goes to the dead letters")
        with anyio.fail_after(30):
            while len(list_runs(moe)) < 2:
                await anyio.sleep(0.3)
    assert sorted(run["run_id"] for run in list_runs(moe)) == ["n-1", "n-2"]
    client = await nats_client.connect(nats.url)
    letter = await client.jetstream().get_last_msg("jobs", "jobs.dead")
    await client.close()
    assert (letter.data, letter.headers["moe-message-id"]) == (b"{", "odd")


@pytest.mark.parametrize(
    "url",
    [
        "amqp://guest:s3cret@127.0.0.1:1/?queue=q",
        "nats://127.0.0.1:1?queue=q",
        "kafka://127.0.0.1:1",
        "kafkas://127.0.0.1:1",
    ],
)
def test_a_broker_that_is_not_there_is_one_line_within_five_seconds(url: str, moe: Moe):
    refused = do_within(5, lambda: moe("intake", url))
    assert refused.returncode == 1
    lines = refused.stderr.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("error: the broker at ")
    assert lines[0].endswith("cannot be reached: nothing listens there")
    assert "s3cret" not in refused.stderr

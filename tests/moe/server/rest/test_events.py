"""A run's events over HTTP: replayed, then live, without gap or repeat."""

import json
import random

import pytest

from served_project import QUESTION, SLOW


@pytest.fixture(scope="module")
def run(client):
    return client.post("/run", json=QUESTION).json()["run_id"]


def read(client, run, **options):
    """The stream's frames: (id, kind)."""
    with client.stream("GET", f"/api/v1/runs/{run}/events", **options) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        return parse("".join(stream.iter_text()))


def parse(text):
    frames = [dict(line.split(": ", 1) for line in frame.split("\n")) for frame in text.split("\n\n") if frame]
    return [(int(frame.get("id", 0)), frame["event"]) for frame in frames]


def test_a_stream_tells_what_the_record_holds_and_ends(client, run):
    frames = read(client, run)
    listed = client.get(f"/api/v1/runs/{run}/events", headers={"accept": "application/json"}).json()["events"]
    assert frames[:-1] == [(event["sequence"], event["kind"]) for event in listed]
    assert [number for number, _ in frames[:-1]] == list(range(1, len(frames)))
    assert (frames[0][1], frames[-2][1], frames[-1]) == ("run.started", "run.finished", (0, "stream.end"))


def test_a_reader_goes_on_after_the_last_event_that_it_has(client, run):
    assert read(client, run, headers={"last-event-id": "3"})[0] == (4, read(client, run)[3][1])
    assert read(client, run, params={"after": 3}) == read(client, run, headers={"last-event-id": "3"})
    assert read(client, run, params={"after": 10_000}) == [(0, "stream.end")]
    after = client.get(f"/api/v1/runs/{run}/events?after=3", headers={"accept": "application/json"}).json()
    assert after["events"][0]["sequence"] == 4


def test_cut_two_hundred_times_nothing_is_missed_or_told_twice(client):
    """Each reader takes some bytes of a run that goes on, is cut, and comes back with the last whole frame's number."""
    dice, cuts = random.Random(7), 0
    while cuts < 200:
        run = client.post("/api/v1/runs", json=QUESTION).json()["run_id"]
        seen, is_over = [], False
        while not is_over:
            frames = read_some(client, run, seen[-1] if seen else 0, dice)
            is_over = (0, "stream.end") in frames
            cuts += not is_over
            seen += [number for number, _ in frames if number]
        assert seen == list(range(1, len(seen) + 1))
        assert len(seen) > 10


def read_some(client, run, after, dice):
    """The whole frames that come before the stream is cut somewhere."""
    taken, most = b"", dice.randrange(20, 2000)
    with client.stream("GET", f"/api/v1/runs/{run}/events", params={"after": after}) as stream:
        for piece in stream.iter_raw():
            taken += piece
            if len(taken) >= most:
                taken = taken[:most] if dice.random() < 0.5 else taken
                break
    whole = taken[: taken.rfind(b"\n\n") + 2] if b"\n\n" in taken else b""
    return parse(whole.decode())


def test_the_answer_is_not_to_be_kept_or_changed_on_its_way(client, run):
    with client.stream("GET", f"/api/v1/runs/{run}/events") as stream:
        assert stream.headers["cache-control"] == "no-store, no-transform"
        assert stream.headers["x-accel-buffering"] == "no"


def test_a_number_that_is_none_is_refused(client, run):
    refused = client.get(f"/api/v1/runs/{run}/events", headers={"last-event-id": "x1"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "?last-event-id")
    assert client.get(f"/api/v1/runs/{run}/events?after=-1").status_code == 422
    assert client.get("/api/v1/runs/nobody/events").status_code == 404


def test_silence_is_broken_by_comments(own):
    own.start("--workers", "1", settings=("server.heartbeat_seconds=0.05", "server.grace_seconds=0"))
    with own.open_client() as client:
        run = client.post("/api/v1/runs", json=SLOW).json()["run_id"]
        with client.stream("GET", f"/api/v1/runs/{run}/events") as stream:
            assert next(line for line in stream.iter_lines() if line.startswith(":")) == ": still here"


def test_data_is_the_event_as_the_record_has_it(client, run):
    with client.stream("GET", f"/api/v1/runs/{run}/events") as stream:
        told = json.loads(list(stream.iter_lines())[2].removeprefix("data: "))
    assert (told["run_id"], told["sequence"], told["kind"]) == (run, 1, "run.started")
    assert told["data"]["request"]["question"] == QUESTION["question"]

"""Models' answers on disk."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe.asking.servers.cache import ResponseCache, make_key
from moe.storage.workspace import open_workspace
from moe_core.contracts.messages import Grounding, Message, ModelReply, ModelRequest, Purpose, Usage

REQUEST = ModelRequest(
    model="m:1",
    messages=(Message(role="user", content="How high is the mill?"),),
    grounding=Grounding(purpose=Purpose.CHAT, question="q"),
    parameters={"seed": 7, "temperature": 0.5},
)
REPLY = ModelReply(
    text='{"a": "12 m"}',
    data={"a": "12 m", "n": [1, 2.5, None]},
    usage=Usage(prompt_tokens=9, completion_tokens=4, requests=1, seconds=0.5),
    model="m:1",
    reasoning="well",
)
WRITER = """
import sys, anyio
from pathlib import Path
from moe.asking.servers.cache import ResponseCache
from moe.storage.workspace import open_workspace
from moe_core.contracts.messages import ModelReply

async def main():
    cache = ResponseCache(open_workspace(Path(sys.argv[1])), max_bytes=400_000)
    for number in range(150):
        await cache.keep(f"{number:064x}", ModelReply(text=str(number) * 1000))
        found = cache.find(f"{number:064x}")
        assert found is None or found.text == str(number) * 1000

anyio.run(main)
"""


@pytest.fixture
def cache(tmp_path):
    return ResponseCache(open_workspace(tmp_path), max_bytes=1 << 20)


def key_of(request=REQUEST, **more):
    return make_key(
        request, **{"provider": "openai", "address": "http://127.0.0.1:1", "schema": {"type": "object"}, **more}
    )


@pytest.mark.anyio
async def test_an_identical_request_gets_the_same_answer_for_nothing(cache, tmp_path):
    assert cache.find(key_of()) is None
    assert await cache.keep(key_of(), REPLY)
    later = ResponseCache(open_workspace(tmp_path), max_bytes=1 << 20)
    assert later.find(key_of()) == replace(REPLY, usage=Usage())
    assert (cache.counts.misses, cache.counts.kept, later.counts.hits) == (1, 1, 1)


@pytest.mark.parametrize(
    "other",
    [
        key_of(provider="ollama"),
        key_of(address="http://127.0.0.1:2"),
        key_of(schema=None),
        key_of(schema={"type": "array"}),
        key_of(options={"num_ctx": 8}),
        key_of(replace(REQUEST, model="m:2")),
        key_of(replace(REQUEST, parameters={"seed": 8, "temperature": 0.5})),
        key_of(replace(REQUEST, messages=(*REQUEST.messages, Message(role="assistant", content="")))),
        key_of(replace(REQUEST, messages=(Message(role="system", content="How high is the mill?"),))),
    ],
)
def test_whatever_the_answer_depends_on_is_in_the_key(other):
    assert other != key_of()


def test_what_the_answer_does_not_depend_on_is_not_in_the_key():
    same = replace(REQUEST, parameters={"temperature": 0.5, "seed": 7}, deadline=123.0)
    assert key_of(same) == key_of()


@given(st.text(alphabet="abcdef0123456789-_", min_size=1))
def test_a_password_in_an_address_is_not_in_the_key(secret):
    with_secret = f"http://user:{secret}@127.0.0.1:1/?key={secret}"
    assert key_of(address=with_secret) == key_of()


@pytest.mark.anyio
@pytest.mark.parametrize(
    "reply",
    [
        replace(REPLY, is_language_model=False),
        replace(REPLY, finish_reason="length"),
        replace(REPLY, finish_reason="cancelled"),
    ],
)
async def test_only_whole_answers_of_language_models_are_kept(cache, reply):
    assert not await cache.keep(key_of(), reply)
    assert cache.find(key_of()) is None


@pytest.mark.anyio
@pytest.mark.parametrize("damage", [b"", b"garbage", "cut", "turned"])
async def test_a_damaged_entry_is_a_miss_and_is_written_anew(cache, tmp_path, damage):
    await cache.keep(key_of(), REPLY)
    (path,) = (tmp_path / "responses").iterdir()
    whole = path.read_bytes()
    broken = {"cut": whole[:-20], "turned": whole.replace(b"12 m", b"21 m")}
    path.write_bytes(broken.get(damage, damage))
    assert cache.find(key_of()) is None
    assert cache.counts.damaged == 1
    assert not path.exists()
    await cache.keep(key_of(), REPLY)
    assert cache.find(key_of()) is not None


@pytest.mark.anyio
async def test_what_was_used_longest_ago_goes_first_and_the_room_is_kept(tmp_path):
    folder = tmp_path / "responses"
    cache = ResponseCache(open_workspace(tmp_path), max_bytes=40 * 4096)
    for number in range(40):
        await cache.keep(str(number), replace(REPLY, text="x" * 1000))
        os.utime(folder / f"{number}.reply", (number, number))
    assert cache.find("0") is not None  # used just now
    for number in range(40, 60):
        await cache.keep(str(number), replace(REPLY, text="x" * 1000))
    left = {path.stem for path in folder.iterdir()}
    assert len(left) <= 40 * 17 / 16
    assert "0" in left
    assert "59" in left
    assert not left & {"1", "2", "3", "4", "5"}
    assert cache.counts.evicted == 60 - len(left)


@pytest.mark.anyio
async def test_an_answer_that_would_fill_a_sixteenth_of_the_room_is_not_kept(tmp_path):
    cache = ResponseCache(open_workspace(tmp_path), max_bytes=32 * 4096)
    assert not await cache.keep("big", replace(REPLY, text="x" * 10_000))
    assert await cache.keep("small", replace(REPLY, text="x" * 5_000))


@pytest.mark.anyio
async def test_a_folder_that_cannot_be_made_fails_no_call(tmp_path):
    (tmp_path / "file").write_text("in the way")
    cache = ResponseCache(open_workspace(tmp_path / "file"), max_bytes=1 << 20)
    assert not await cache.keep(key_of(), REPLY)
    assert cache.find(key_of()) is None
    assert await cache.clear() == 0


@pytest.mark.anyio
async def test_a_workspace_that_begins_with_it_is_hidden_from_git(tmp_path):
    workspace = open_workspace(tmp_path / "new" / ".moe")
    assert await ResponseCache(workspace, max_bytes=1 << 20).keep(key_of(), REPLY)
    assert (workspace.folder / ".gitignore").read_text() == "*\n"


@pytest.mark.anyio
async def test_clearing_removes_all(cache):
    for number in range(3):
        await cache.keep(str(number), REPLY)
    assert await cache.clear() == 3
    assert cache.find("0") is None


def test_several_processes_share_a_folder(tmp_path):
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stderr=subprocess.PIPE) for _ in range(3)
    ]
    failures = [writer.communicate(timeout=60)[1].decode() for writer in writers]
    assert failures == [""] * 3
    cache = ResponseCache(open_workspace(tmp_path), max_bytes=400_000)
    found = [cache.find(f"{number:064x}") for number in range(150)]
    assert any(found)
    assert cache.counts.damaged == 0

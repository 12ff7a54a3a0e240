"""Fetching models from a hub: a server on this machine that speaks its protocol."""

import hashlib
import json

import httpx
import pytest

from moe_core.contracts.errors import ConfigError, ModelError, ModelMissingError, ModelUnavailableError, StorageError
from moe_kit.reading.hub import HubClient

pytestmark = pytest.mark.anyio
COMMIT = "ab" * 20
FILES = {"config.json": b"{}", "tokenizer.json": b'{"version": 1}', "onnx/model.onnx": bytes(range(256)) * 9000}


def list_files(files=FILES, **changed):
    siblings = []
    for path, content in files.items():
        about = {"rfilename": path, "size": len(content)}
        if path.endswith(".onnx"):
            about["lfs"] = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()} | changed
        else:
            about["blobId"] = hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest()
        siblings.append(about)
    return json.dumps({"sha": COMMIT, "siblings": siblings}).encode()


@pytest.fixture
def hub(server):
    """Serves a whole model, which tests then damage."""

    def send(path):
        def route(handler):
            content = FILES[path]
            begin = int((handler.headers.get("range") or "bytes=0-").removeprefix("bytes=").rstrip("-"))
            handler.send_response(206 if begin else 200)
            handler.send_header("Content-Length", str(len(content) - begin))
            handler.end_headers()
            handler.wfile.write(content[begin:])

        return route

    server.routes["/api/models/owner/name"] = (200, {}, list_files())
    for path in FILES:
        server.routes[f"/owner/name/resolve/{COMMIT}/{path}"] = send(path)
    return server


async def fetch(hub, folder, name="owner/name"):
    return [step async for step in HubClient(hub.url).fetch(name, folder)]


async def test_a_model_is_fetched_whole_and_told_of(hub, tmp_path):
    steps = await fetch(hub, tmp_path / "model")
    assert {path.name: path.read_bytes() for path in (tmp_path / "model").iterdir()} == {
        path.rpartition("/")[2]: content for path, content in FILES.items()
    }
    assert steps[-1].status == "success"
    weights = [step for step in steps if step.status == "fetching model.onnx"]
    assert weights[-1].completed == weights[-1].total == len(FILES["onnx/model.onnx"])
    assert all("cookie" not in one["headers"] and "authorization" not in one["headers"] for one in hub.seen)


async def test_what_was_begun_is_gone_on_with(hub, tmp_path):
    content = FILES["onnx/model.onnx"]
    part = tmp_path / f"model.onnx.{hashlib.sha256(content).hexdigest()[:12]}.part"
    part.write_bytes(content[:1000])
    await fetch(hub, tmp_path)
    assert (tmp_path / "model.onnx").read_bytes() == content
    assert [one["headers"].get("range") for one in hub.seen][-1] == "bytes=1000-"


async def test_a_begun_file_that_is_another_is_thrown_away(hub, tmp_path):
    content = FILES["onnx/model.onnx"]
    part = tmp_path / f"model.onnx.{hashlib.sha256(content).hexdigest()[:12]}.part"
    part.write_bytes(b"x" * 1000)
    with pytest.raises(ModelError, match="another hash"):
        await fetch(hub, tmp_path)
    assert not part.exists()
    await fetch(hub, tmp_path)
    assert (tmp_path / "model.onnx").read_bytes() == content


@pytest.mark.parametrize("content", [b"short", FILES["onnx/model.onnx"] + b"x", FILES["onnx/model.onnx"][:-1] + b"x"])
async def test_what_is_not_what_is_listed_is_refused(hub, tmp_path, content):
    hub.routes[f"/owner/name/resolve/{COMMIT}/onnx/model.onnx"] = (200, {}, content)
    with pytest.raises(ModelError, match="thrown away") as told:
        await fetch(hub, tmp_path)
    assert told.value.hint
    assert not (tmp_path / "model.onnx").exists()


async def test_small_files_are_held_to_their_hash_too(hub, tmp_path):
    hub.routes[f"/owner/name/resolve/{COMMIT}/config.json"] = (200, {}, b"[]")
    with pytest.raises(ModelError, match=r"config\.json of owner/name came with another hash"):
        await fetch(hub, tmp_path)


@pytest.mark.parametrize(
    ("status", "kind"), [(401, ModelMissingError), (404, ModelMissingError), (500, ModelUnavailableError)]
)
async def test_a_name_that_the_hub_does_not_know_is_told_apart_from_its_failure(hub, tmp_path, status, kind):
    hub.routes["/api/models/owner/name"] = (status, {}, b"")
    with pytest.raises(kind):
        await fetch(hub, tmp_path)


async def test_a_model_without_an_export_is_refused_before_anything_is_fetched(hub, tmp_path):
    hub.routes["/api/models/owner/name"] = (200, {}, list_files({"config.json": b"{}", "tokenizer.json": b"{}"}))
    with pytest.raises(ModelMissingError, match="no export to ONNX"):
        await fetch(hub, tmp_path)
    assert len(hub.seen) == 1


@pytest.mark.parametrize(
    "listing",
    [
        b"",
        b"[]",
        b"<html>",
        b'{"sha": "../x", "siblings": []}',
        b'{"sha": "abc"}',
        list_files(sha256=None).replace(b'"size"', b'"s"'),
    ],
)
async def test_a_listing_of_another_form_is_refused(hub, tmp_path, listing):
    hub.routes["/api/models/owner/name"] = (200, {}, listing)
    with pytest.raises(ModelError):
        await fetch(hub, tmp_path)


async def test_without_a_network_one_line_says_so(tmp_path):
    with pytest.raises(ModelUnavailableError, match="cannot be reached") as told:
        await fetch(type("Nowhere", (), {"url": "http://127.0.0.1:9"}), tmp_path)
    assert "no network" in told.value.hint


async def test_nothing_is_fetched_but_by_https(hub, tmp_path):
    with pytest.raises(ConfigError, match="https"):
        HubClient("http://hub.example.org")
    leave = httpx.MockTransport(lambda _: httpx.Response(302, headers={"location": "http://elsewhere.example.org/x"}))
    with pytest.raises(ConfigError, match="https"):
        [step async for step in HubClient(hub.url, transport=leave).fetch("owner/name", tmp_path)]


async def test_a_folder_that_cannot_be_written_is_told(hub, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be written"):
        await fetch(hub, tmp_path / "file")

"""The provider `reader`, with a model that was trained for the tests."""

import importlib.util
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from moe_core import ModelError, ProviderSettings, Purpose
from moe_core.contracts.errors import ModelMissingError
from moe_core.testing import check_provider
from moe_core.testing.values import make_evidence, make_request
from moe_kit.reading import reader_store

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[3]
_SPEC = importlib.util.spec_from_file_location("reader_under_test", ROOT / "plugins/models/reader.py")
plugin = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(plugin)
CLAIM = {"type": "object", "properties": {"text": {"type": "string"}}}
SCHEMA = {
    "type": "object",
    "properties": {"statements": {"type": "array", "items": CLAIM}, "notes": {"type": "array"}},
    "required": ["statements", "notes"],
}
EVIDENCE = (
    make_evidence("The mill was built by Ada in 1842. It is old.", start=50, document="mill.txt"),
    make_evidence("The tower was painted by Bruno in 1850.", evidence_id="e2", document="tower.txt"),
)


@pytest.fixture(autouse=True)
def shelf(tmp_path, monkeypatch):
    """Where fetched models are: nowhere that the user's own are."""
    monkeypatch.setattr(reader_store, "user_data_path", lambda *_, **__: tmp_path / "data")
    monkeypatch.delenv("MOE_READER_MODEL", raising=False)
    return tmp_path / "data" / "readers"


def open_reader(**options):
    return plugin.ReaderProvider(ProviderSettings(options=options))


def ask(question, *, purpose=Purpose.SYNTHESISE):
    return make_request(question, purpose=purpose, evidence=EVIDENCE)


async def test_it_holds_to_the_contract_of_providers(tiny_reader):
    request = ask("Who built the mill?")
    await check_provider(open_reader(model=str(tiny_reader)), request=request)


async def test_the_answer_is_quoted_with_its_exact_characters(tiny_reader):
    reply = await open_reader(model=str(tiny_reader)).generate_structured(ask("Who built the mill?"), SCHEMA)
    first = reply.data["statements"][0]
    (span,) = first["spans"]
    assert EVIDENCE[0].text[span["start"] - 50 : span["end"] - 50] == first["text"]
    assert (first["value"], first["evidence"]) == ("Ada", ["e1"])
    assert 0.5 < first["confidence"] <= 1
    assert not reply.is_language_model


async def test_what_the_passages_do_not_say_is_not_found(tiny_reader):
    reply = await open_reader(model=str(tiny_reader)).generate_structured(ask("Who sold the mill?"), SCHEMA)
    assert reply.data["statements"] == []
    assert "Not found" in (await open_reader(model=str(tiny_reader)).generate(ask("Who sold the mill?"))).text


async def test_the_rules_answer_when_time_is_over(tiny_reader):
    request = ask("Who built the mill?")
    late = type(request)(model="m", messages=request.messages, grounding=request.grounding, deadline=time.time() - 1)
    reply = await open_reader(model=str(tiny_reader), temperature=1.25).generate_structured(late, SCHEMA)
    assert reply.data["statements"]
    assert "value" not in reply.data["statements"][0]


async def test_without_a_model_one_line_says_how_to_get_one():
    health = await open_reader().health()
    assert not health.ok
    assert health.detail.startswith("no reader model is there; moe models pull --provider reader ")
    with pytest.raises(ModelMissingError):
        await open_reader().generate(ask("Summarise it"))


async def test_the_only_fetched_model_is_taken_and_of_several_the_named_one(tiny_reader, shelf):
    shutil.copytree(tiny_reader, shelf / "owner" / "one")
    assert await open_reader().models() == ["owner/one"]
    assert (await open_reader().health()).detail.startswith("reads with one ")
    shutil.copytree(tiny_reader, shelf / "owner" / "two")
    health = await open_reader().health()
    assert "2 reader models are there, and none is chosen; set providers.reader.options.model" in health.detail
    assert (await open_reader(model="owner/two").health()).ok
    request = ask("Who built the mill?")
    named = type(request)(model="owner/one", messages=request.messages, grounding=request.grounding)
    assert "Ada" in (await open_reader().generate(named)).text


async def test_the_environment_names_a_model_too(tiny_reader, monkeypatch):
    monkeypatch.setenv("MOE_READER_MODEL", str(tiny_reader))
    assert (await open_reader().health()).ok


async def test_options_of_no_use_are_told_by_health_and_by_calls(tiny_reader):
    provider = open_reader(model=str(tiny_reader), treads=4)
    assert "did you mean threads?" in (await provider.health()).detail
    with pytest.raises(ModelError, match="treads"):
        await provider.generate(ask("Who built the mill?"))


async def test_a_damaged_model_is_told_when_it_is_used(tiny_reader, tmp_path):
    folder = shutil.copytree(tiny_reader, tmp_path / "damaged")
    (folder / "model.onnx").write_bytes(b"nonsense")
    with pytest.raises(ModelMissingError, match=r"model\.onnx of the reader model in .* cannot be read") as told:
        await open_reader(model=str(folder)).generate(ask("Who built the mill?"))
    assert "moe models pull" in told.value.hint


def test_what_runs_the_model_is_imported_when_it_is_used_and_not_before(tiny_reader):
    code = (
        "import sys, importlib.util as u, anyio\n"
        f"spec = u.spec_from_file_location('reader', {str(ROOT / 'plugins/models/reader.py')!r})\n"
        "module = u.module_from_spec(spec); spec.loader.exec_module(module)\n"
        "from moe_core import ProviderSettings\n"
        f"provider = module.ReaderProvider(ProviderSettings(options={{'model': {str(tiny_reader)!r}}}))\n"
        "assert anyio.run(provider.health).ok\n"
        "print(sorted({'onnxruntime', 'tokenizers', 'httpx'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")

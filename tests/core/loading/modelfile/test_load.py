"""Reading modelfiles and the schemas beside them from disk."""

import json

import pytest

from moe_core.contracts.errors import ModelfileError
from moe_core.loading.modelfile.load import load_agent, load_modelfile

TEXT = "FROM a\nROLE belter\n"


def test_an_agent_is_named_after_its_file(tmp_path):
    path = tmp_path / "harbour.moe"
    path.write_text(TEXT)
    assert load_agent(path).name == "harbour"
    assert load_modelfile(str(path)).path == str(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_files_are_read(tmp_path, encoding):
    path = tmp_path / "a.moe"
    path.write_bytes((TEXT + "SYSTEM Größe 日本\n").encode(encoding))
    assert load_agent(path).system == "Größe 日本"


def load_error(path):
    with pytest.raises(ModelfileError) as caught:
        load_agent(path)
    assert caught.value.path == str(path)
    return caught.value


def test_bytes_that_are_no_text_are_pointed_at(tmp_path):
    path = tmp_path / "a.moe"
    path.write_bytes(b"FROM a\nSYSTEM gr\xfcn\n")
    error = load_error(path)
    assert (error.error_code, error.line, error.column) == ("MOE020", 2, 10)
    assert error.hint == "save the file as UTF-8"
    path.write_bytes(b"\xff\xfeF\x00R")
    assert load_error(path).error_code == "MOE020"


def test_what_cannot_be_read_is_a_modelfile_error(tmp_path):
    path = tmp_path / "large.moe"
    path.write_text(TEXT + "# " + "x" * 1_000_000)
    for unreadable in (path, tmp_path, tmp_path / "absent.moe", tmp_path / ("x" * 400), tmp_path / "nul\x00.moe"):
        error = load_error(unreadable)
        assert error.error_code == "MOE021"
        assert error.message.startswith("cannot read the modelfile: ")


def test_a_file_name_that_is_no_name_asks_for_a_name_line(tmp_path):
    path = tmp_path / "my agent.moe"
    path.write_text(TEXT)
    assert "NAME" in load_error(path).hint
    path.write_text(TEXT + "NAME mine\n")
    assert load_agent(path).name == "mine"


@pytest.fixture
def agent_with(tmp_path):
    """Writes a schema file and a modelfile that names it, in a folder of their own."""

    def write(content, reference="@s.json"):
        folder = tmp_path / "agents"
        folder.mkdir(exist_ok=True)
        (folder / "s.json").write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        (folder / "a.moe").write_text(f"{TEXT}RESPONSE_FORMAT {reference}\n")
        return folder / "a.moe"

    return write


def test_a_schema_file_is_taken_as_it_stands(agent_with):
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    assert load_agent(agent_with(schema)).response_schema == schema
    assert load_agent(agent_with(schema, '"@ ./s.json"')).response_schema == schema


@pytest.mark.parametrize("reference", ["@../secret.json", "@/etc/hostname", "@link.json", "@inner/../../secret.json"])
def test_a_schema_file_must_lie_in_the_modelfiles_folder(agent_with, tmp_path, reference):
    (tmp_path / "secret.json").write_text("{}")
    path = agent_with({})
    (path.parent / "link.json").symlink_to(tmp_path / "secret.json")
    error = load_error(path) if agent_with({}, reference) == path else None
    assert (error.error_code, error.line, error.column) == ("MOE024", 3, 17)
    assert "lies outside the modelfile's folder" in error.message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "is no JSON"),
        (b'{"minimum": NaN}', "is no JSON"),
        (b'{"minimum": 1e999}', "/minimum: the number is no JSON number"),
        (b"\xff", "is no JSON"),
        (b"[" * 100_000, "s.json"),
        (b"true", "holds no map"),
        (b'{"type": "array"}', "an answer is an object"),
        (b'{"properties": {"a": {"type": "str"}}}', "/properties/a/type: type takes one or several of"),
        (b" " * 1_000_001, "is larger than"),
    ],
)
def test_a_schema_file_must_hold_a_valid_schema(agent_with, content, message):
    error = load_error(agent_with(content))
    assert (error.error_code, error.line) == ("MOE024", 3)
    assert message in error.message


@pytest.mark.parametrize("reference", ["@absent.json", "@", "@a\x00b", "@" + "x" * 4000, "@loop.json"])
def test_a_schema_file_that_cannot_be_read_is_a_modelfile_error(agent_with, reference):
    path = agent_with({}, reference)
    (path.parent / "loop.json").symlink_to(path.parent / "loop.json")
    assert load_error(path).error_code == "MOE024"

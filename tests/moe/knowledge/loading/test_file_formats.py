from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bundled_reading import FORMATS, load_bundled
from moe_core.contracts.errors import DocumentError

ENDINGS = [ending for entry in FORMATS.loaders for ending in entry.value.suffixes]


def test_every_ending_belongs_to_one_format_and_case_does_not_matter() -> None:
    assert len(set(ENDINGS)) == len(ENDINGS)
    for ending in ENDINGS:
        assert FORMATS.find(Path("a" + ending.upper())) is FORMATS.find(Path("a" + ending)) is not None
    assert FORMATS.find(Path("a.exe")) is None


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ending=st.sampled_from([entry.value.suffixes[0] for entry in FORMATS.loaders]),
    data=st.binary(max_size=200) | st.sampled_from([b"%PDF-1.7\n", b"PK\x03\x04", b"<p", b"{", b'{"id":1,"text":']),
)
def test_whatever_a_file_holds_it_is_read_or_refused_in_one_line(tmp_path: Path, ending: str, data: bytes) -> None:
    path = tmp_path / f"a{ending}"
    path.write_bytes(data)
    try:
        documents = load_bundled(path, path.name).documents
    except DocumentError as error:
        refusal, documents = error.message, ()
    else:
        refusal = f"none for {path.name}"
    assert path.name in refusal
    assert "\n" not in refusal
    for document in documents:
        assert document.text.encode().decode() == document.text
        assert all(0 <= s.start < s.end <= len(document.text) for s in document.sections)


def test_a_file_that_is_too_large_is_refused_unless_it_is_read_by_the_line(tmp_path: Path) -> None:
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    with pytest.raises(DocumentError, match="is 65 MB; moe reads up to 64 MB a file"):
        load_bundled(large, "large.txt")


def test_a_file_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="could not be read"):
        load_bundled(tmp_path / "gone.md", "gone.md")

import io

import pytest

from moe.knowledge.loading.pool.frames import (
    decode_error,
    decode_part,
    encode_error,
    encode_part,
    read_frame,
    write_frame,
)
from moe_core.contracts.errors import DocumentError
from moe_core.contracts.evidence import Document, Section
from moe_core.contracts.loader import Loaded
from moe_kit.documents.formats.jsonl import DuplicateIdError


def send(value: object) -> object:
    pipe = io.BytesIO()
    write_frame(pipe, value)
    pipe.seek(0)
    return read_frame(pipe)


def test_what_a_file_holds_comes_as_it_was() -> None:
    document = Document(
        document_id="a",
        title="Ä",
        text="Ü\u2028\0",
        source="b",
        media_type="text/html",
        sections=(Section(title="s", level=2, start=0, end=1),),
        is_atomic=True,
    )
    part = Loaded(documents=(document,), notes=("n",))
    assert decode_part(send(encode_part(part))) == part


def test_a_path_that_is_no_text_comes_as_it_was() -> None:
    assert send(["\udcff"]) == ["\udcff"]


@pytest.mark.parametrize(
    "error", [DocumentError("m", path="p", hint="h"), DocumentError("m", path="p"), DuplicateIdError("i", "a", "b")]
)
def test_an_error_comes_as_it_was(error: DocumentError) -> None:
    came = decode_error(send(encode_error(error)))
    assert (type(came), came.message, came.path, came.hint) == (type(error), error.message, error.path, error.hint)


@pytest.mark.parametrize("cut", [0, 3, 8, 9])
def test_what_ends_too_early_is_nothing(cut: int) -> None:
    pipe = io.BytesIO()
    write_frame(pipe, ["value"])
    assert read_frame(io.BytesIO(pipe.getvalue()[:cut])) is None


def test_what_claims_to_be_huge_is_nothing() -> None:
    assert read_frame(io.BytesIO(b"\xff" * 8 + b"x")) is None

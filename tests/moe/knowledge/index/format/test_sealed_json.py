"""A sealed file is read back as it was, or not at all."""

import json

import pytest

from moe.knowledge.index.format.sealed_json import has_seal, open_sealed, seal_json

DATA = b'{"files":[{"name":"a.txt","size":3}]}'


def test_what_was_sealed_is_read_back_and_stays_json() -> None:
    sealed = seal_json(DATA)
    assert has_seal(sealed)
    assert open_sealed(sealed) == DATA
    assert json.loads(sealed)["files"] == json.loads(DATA)["files"]


def test_any_flipped_bit_is_noticed() -> None:
    sealed = seal_json(DATA)
    for place in range(len(sealed)):
        for bit in range(8):
            damaged = bytearray(sealed)
            damaged[place] ^= 1 << bit
            with pytest.raises(ValueError, match="checksum"):
                open_sealed(bytes(damaged))


@pytest.mark.parametrize("data", [b"", b"{}", DATA, b"[]"])
def test_what_has_no_seal_is_refused(data: bytes) -> None:
    assert not has_seal(data)
    with pytest.raises(ValueError, match="no checksum"):
        open_sealed(data)

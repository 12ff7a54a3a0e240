"""The GGUF container: values by key, then float32 tensors."""

import struct
import sys
from array import array
from dataclasses import dataclass
from pathlib import Path

ALIGNMENT = 32
VERSION = 3
U32, I32, F32, BOOL, STRING, ARRAY, F32_TENSOR = 4, 5, 6, 7, 8, 9, 0

Value = str | bool | int | float | list[str] | list[int]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of equally many numbers."""

    rows: int
    columns: int
    numbers: array  # of "f", row after row


@dataclass(frozen=True, slots=True)
class Vector:
    numbers: array


def zeros(rows: int, columns: int) -> Matrix:
    return Matrix(rows, columns, array("f", bytes(4 * rows * columns)))


def _string(text: str) -> bytes:
    raw = text.encode()
    return struct.pack("<Q", len(raw)) + raw


def _typed(value: Value) -> tuple[int, bytes]:
    """The type's number and the value's bytes; bool comes before int, which it is too."""
    if isinstance(value, bool):
        return BOOL, struct.pack("<?", value)
    if isinstance(value, int):
        return U32, struct.pack("<I", value)
    if isinstance(value, float):
        return F32, struct.pack("<f", value)
    if isinstance(value, str):
        return STRING, _string(value)
    if value and isinstance(value[0], str):
        return ARRAY, struct.pack("<IQ", STRING, len(value)) + b"".join(_string(item) for item in value)
    return ARRAY, struct.pack(f"<IQ{len(value)}i", I32, len(value), *value)


def _padding(length: int) -> bytes:
    return bytes(-length % ALIGNMENT)


def gguf_bytes(values: dict[str, Value], tensors: dict[str, Matrix | Vector]) -> bytes:
    """The file: header, values, where each tensor starts, the tensors."""
    head = [b"GGUF", struct.pack("<IQQ", VERSION, len(tensors), len(values))]
    for key, value in values.items():
        kind, raw = _typed(value)
        head += [_string(key), struct.pack("<I", kind), raw]
    blobs: list[bytes] = []
    offset = 0
    for name, tensor in tensors.items():
        shape = (tensor.columns, tensor.rows) if isinstance(tensor, Matrix) else (len(tensor.numbers),)
        head += [_string(name), struct.pack(f"<I{len(shape)}Q", len(shape), *shape)]
        head += [struct.pack("<IQ", F32_TENSOR, offset)]
        numbers = array("f", tensor.numbers)
        if sys.byteorder == "big":
            numbers.byteswap()
        raw = numbers.tobytes()
        raw += _padding(len(raw))
        blobs.append(raw)
        offset += len(raw)
    before = b"".join(head)
    return b"".join([before, _padding(len(before)), *blobs])


def write_atomically(path: Path, content: bytes) -> None:
    """Other processes see the whole file or none."""
    part = path.with_name(f"{path.name}.{id(content)}.part")
    part.write_bytes(content)
    part.replace(path)

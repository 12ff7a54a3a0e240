"""What a workbook's own files say that its reader does not: merged cells, formulas without results, remarks."""

import re
from collections.abc import Iterator
from zipfile import ZipFile

import msgspec

_CHUNK_BYTES = 1 << 20  # unpacked at once: memory does not grow with the sheet
_OVERLAP_BYTES = 4_000  # longer than what is looked for
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})"')
_NO_RESULT = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\b[^<>]*/>)(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
_REFERENCE = re.compile(r"([A-Z]+)(\d+)")
_MERGES_MAX = 100_000  # bounds what a sheet of merged cells costs


class SheetFacts(msgspec.Struct):
    """What a sheet's file says beside its values.

    Attributes:
        merges: Cells that span others: first row, first column, last row, last column, from 0.
        formulas_without_result: How many formulas were never calculated.
    """

    merges: list[tuple[int, int, int, int]] = msgspec.field(default_factory=list)
    formulas_without_result: int = 0


def scan_sheet(archive: ZipFile, member: str) -> SheetFacts:
    """Look through a sheet's file, whatever its size."""
    facts = SheetFacts()
    for chunk, begin in _iterate_chunks(archive, member):
        for match in _MERGE.finditer(chunk):
            if match.end() > begin and len(facts.merges) < _MERGES_MAX:
                facts.merges.append((*_parse(match.group(1)), *_parse(match.group(2))))
        facts.formulas_without_result += sum(1 for match in _NO_RESULT.finditer(chunk) if match.end() > begin)
    return facts


def _iterate_chunks(archive: ZipFile, member: str) -> Iterator[tuple[bytes, int]]:
    """A file's bytes in pieces that overlap, and where in each what is new begins."""
    rest = b""
    with archive.open(member) as file:
        while data := file.read(_CHUNK_BYTES):
            yield rest + data, len(rest)
            rest = (rest + data)[-_OVERLAP_BYTES:]


def _parse(reference: bytes) -> tuple[int, int]:
    match = _REFERENCE.fullmatch(reference.decode("ascii"))
    if match is None:
        return 0, 0
    column = 0
    for letter in match.group(1):
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match.group(2)) - 1, column - 1

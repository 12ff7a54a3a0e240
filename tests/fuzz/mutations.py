"""Ways to spoil what was sound: bytes, texts and values, by a generator of random numbers that is given."""

import json
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from random import Random
from typing import Any

ODD_TEXTS = (
    *(
        "",
        " ",
        "\n",
        "\0",
        "\x1b[31m",
        "\ud800",
        "\ufeff",
        "\u202e",
        "é" * 300,
        "漢字",
        "🏠",
        "a" * 5000,
        "%s%n",
        "{}",
        "{{x}}",
    ),
    *(
        "..",
        "../../etc/passwd",
        "~",
        "~nobody/x",
        "/",
        "//",
        "C:\\x",
        "-",
        "--",
        "--help",
        "*",
        "[",
        "[1] [99]",
        "⟦1⟧",
        "```",
        '"""',
    ),
    *(
        "null",
        "true",
        "yes",
        "no",
        "~",
        "1e999",
        "-1e999",
        "nan",
        "inf",
        "9" * 30,
        "-1",
        "0",
        "0x10",
        "1_000",
        "2024-02-30",
        "12:30:61",
    ),
    *(
        "!!python/object:os.system x",
        "&a [*a]",
        "<<: *x",
        "*x",
        "? x",
        "- - -",
        "key: [",
        "'",
        "\t- x",
        "%YAML 9",
        "---\n---",
    ),
    *(
        "http://[::1",
        "http://127.0.0.1:99999",
        "http://x:y",
        "file:///etc/passwd",
        "javascript:1",
        "<b>",
        "&#x110000;",
        "\r\n\r\n",
    ),
    *(
        "SELECT 1; DROP TABLE data",
        "' OR 1=1 --",
        "1/0",
        "9**9**9",
        "0.1+0.2",
        "5% of",
        "(" * 300,
        "[" * 3000,
        "{" * 3000,
        "=" * 50,
    ),
)
ODD_VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1,
        2**31,
        2**63,
        -(2**63),
        10**30,
        0.0,
        -0.0,
        1e308,
        1e-320,
        float("nan"),
        float("inf"),
    ),
    *([], {}, [[]], {"": ""}, [None], {"a": {"b": {"c": []}}}, list(range(300)), {str(n): n for n in range(300)}),
)


def spoil_bytes(random: Random, data: bytes, others: Sequence[bytes] = ()) -> bytes:
    """Some changes of bytes: flips, cuts, repeats, pieces of others."""
    spoiled = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 4, 16, 64))):
        at = random.randrange(len(spoiled) + 1)
        size = random.choice((1, 1, 2, 8, 64, 512))
        kind = random.randrange(6)
        if kind == 0 and spoiled:
            spoiled[min(at, len(spoiled) - 1)] ^= 1 << random.randrange(8)
        elif kind == 1:
            del spoiled[at : at + size]
        elif kind == 2:
            spoiled[at:at] = spoiled[at : at + size] * random.choice((1, 2, 50))
        elif kind == 3:
            spoiled[at:at] = random.choice(ODD_TEXTS).encode("utf-8", "surrogatepass")
        elif kind == 4:
            spoiled[at : at + size] = random.randbytes(size)
        elif others:
            piece = random.choice(others)
            start = random.randrange(len(piece) + 1)
            spoiled[at:at] = piece[start : start + size]
    return bytes(spoiled)


def spoil_archive(random: Random, data: bytes) -> bytes:
    """One member of a zip archive spoiled, so that what reads the archive gets further than its frame."""
    members = unpack(data)
    name = random.choice(list(members))
    kind = random.randrange(4)
    if kind == 0:
        del members[name]
    elif kind == 1:
        members[random.choice(list(members))] = members[name]
    else:
        members[name] = spoil_text(random, members[name])
    return pack(members)


def unpack(data: bytes) -> dict[str, bytes]:
    """The members of a zip archive."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(members: Mapping[str, bytes]) -> bytes:
    """A zip archive that is the same whenever it is made."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return target.getvalue()


def spoil_text(random: Random, data: bytes) -> bytes:
    """Lines and words moved, lost, doubled and replaced, so that most of the grammar still holds."""
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    for _ in range(random.choice((1, 1, 2, 3, 8))):
        at, other = random.randrange(len(lines)), random.randrange(len(lines))
        kind = random.randrange(6)
        if kind == 0:
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == 1:
            lines.insert(at, lines[other])
        elif kind == 2 and len(lines) > 1:
            del lines[at]
        elif kind == 3:
            words = lines[at].split(" ")
            words[random.randrange(len(words))] = random.choice(ODD_TEXTS)
            lines[at] = " ".join(words)
        elif kind == 4:
            head, colon, _ = lines[at].partition(":")
            lines[at] = f"{head}{colon} {random.choice(ODD_TEXTS)}"
        else:
            lines[at] = " " * random.randrange(9) + lines[at].strip()
    return "\n".join(lines).encode("utf-8", "surrogatepass" if random.randrange(2) else "replace")


def spoil_value(random: Random, value: Any) -> Any:
    """A JSON value with one part of it replaced."""
    kind = random.randrange(8)
    if isinstance(value, dict) and value and kind > 1:
        key = random.choice(list(value))
        return {**value, key: spoil_value(random, value[key])}
    if isinstance(value, list) and value and kind > 1:
        at = random.randrange(len(value))
        return [*value[:at], spoil_value(random, value[at]), *value[at + 1 :]]
    return random.choice(ODD_VALUES if kind % 2 else ODD_TEXTS)


def spoil_json_line(random: Random, data: bytes) -> bytes:
    """Lines of JSON, one of them with another value in it."""
    lines = data.split(b"\n")
    at = random.randrange(len(lines))
    try:
        lines[at] = json.dumps(spoil_value(random, json.loads(lines[at]))).encode()
    except ValueError:
        return spoil_bytes(random, data)
    return b"\n".join(lines)

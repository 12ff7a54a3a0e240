"""Writes docs/reference/problems.md from the server's table of problems."""

from pathlib import Path

from moe.server.problems import PROBLEMS

PAGE = Path(__file__).parent / "reference" / "problems.md"
_HEAD = """# Problems

What goes wrong at [the server](../how-to/run-a-server.md) is told as `application/problem+json` (RFC 9457), whatever
the endpoint: `type`, a path of the server that tells of the kind; `title` and `code`, the same each time; `status`;
`detail`, what happened this time; `hint`, what to do about it; `run_id` where it is about a run; `correlation_id`, the
request's (`X-Correlation-ID` is taken and returned); `errors`, field by field, each with a JSON pointer into the body
or `?name` for a parameter. The codes are those of moe's own errors where one is behind it.

A run that fails is no problem of the request: `POST /run` answers 200 with its result, whose `status` is `failed` and
whose `error` tells why, as `moe run --json` does.

Made by `python docs/build_problem_reference.py`.

| code | status | what it is |
|---|---|---|
"""


def build_page() -> str:
    """The page's text."""
    return _HEAD + "".join(f"| `{code}` | {kind.status} | {kind.title} |\n" for code, kind in PROBLEMS.items())


if __name__ == "__main__":
    PAGE.write_text(build_page(), encoding="utf-8")

"""Options that name a corpus and questions over it whose evidence is known."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from moe.cli.options import complete_files
from moe.cli.typed_path import TypedPath


def corpus_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --corpus and --questions, handed over as `corpus` and `questions`."""
    questions = click.option(
        "--questions",
        metavar="FILE",
        required=True,
        type=TypedPath(exists=True, dir_okay=False, path_type=Path),
        help='Questions as JSON lines: {"question", "gold": [id, ...]}, and for sentences "support": [[id, n], ...].',
    )
    corpus = click.option(
        "--corpus",
        metavar="PATH",
        required=True,
        shell_complete=complete_files,
        help="The documents, as --docs takes them: a corpus.jsonl, a file, a folder or a glob.",
    )
    return corpus(questions(function))

"""The shell of a conversation: questions are asked on, lines with "/" change what is asked how."""

import re
import shlex
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import partial
from typing import Any

from msgspec.structs import replace

from moe.batch.shared_libraries import SharedLibraries
from moe.cli.async_work import run_async
from moe.cli.chat.citation import show_citation
from moe.cli.decisions import settle
from moe.cli.exit_codes import EXIT_DONE, EXIT_USAGE
from moe.cli.options import AskOptions
from moe.cli.outcome import InterruptedRunError, fail, fail_interrupted
from moe.cli.progress.steps import StepListener, describe_reading, open_steps
from moe.cli.question import build_request, mend_question
from moe.cli.render.answer import show_notes
from moe.cli.render.explanation import show_explanation
from moe.cli.render.screen import Toned
from moe.cli.render.screens import write_json
from moe.cli.request import conclude, show
from moe.cli.run_work import watch
from moe.cli.session import Session
from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult
from moe_core.contracts.errors import MoeError
from moe_core.contracts.task import Status
from moe_core.contracts.wire import encode_json
from moe_core.text.amounts import count

_NUMBER = re.compile(r"/?\[?(\d{1,4})\]?")
HELP = {
    "/docs [PATH]...": "show the documents, or answer from others",
    "/belter [NAME]": "have this Belter answer; without a name the router chooses again",
    "/why": "why the last answer says what it says",
    "1, 2, ...": "open a citation of the last answer",
    "/new": "begin another conversation",
    "/help": "this list",
    "/quit": "end; Ctrl-D does the same",
}


@dataclass(slots=True)
class ChatShell:
    """A conversation that goes on.

    Attributes:
        session: The command's.
        request: What each question is asked with; its own question counts for nothing.
        options: How answers are shown.
        echoes: Questions are printed before their answers, as for a pipe.
        last: The last answer.
        code: The worst exit code so far.
    """

    session: Session
    request: RunRequest
    options: AskOptions
    echoes: bool = False
    last: RunResult | None = None
    code: int = EXIT_DONE
    _step: StepListener = field(init=False, repr=False)
    _libraries: SharedLibraries = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._libraries = SharedLibraries(self.session.app, (), on_progress=self._tell_reading)

    def take(self, line: str) -> bool:
        """Do what a line says; false when it ends the conversation.

        Errors are told, and the conversation goes on.
        """
        if not line:
            return True
        try:
            return self._take(line)
        except InterruptedRunError as error:
            self.code = max(self.code, fail_interrupted(error.run_id))
        except MoeError as error:
            self.code = max(self.code, fail(error.message, error.hint, error.exit_code))
        return True

    def complete(self, begun: str) -> Sequence[str]:
        """The commands that begin so, and the Belters behind "/belter"."""
        if begun.startswith("/belter "):
            return [
                f"/belter {name}" for name in self.session.app.registry.belters.names() if name.startswith(begun[8:])
            ]
        return [word for word in _COMMANDS if begun and word.startswith(begun)]

    def _take(self, line: str) -> bool:
        number = _NUMBER.fullmatch(line)
        if number:
            self._open(int(number[1]))
            return True
        if not line.startswith("/"):
            self._ask(line)
            return True
        word, _, rest = line.partition(" ")
        command = _COMMANDS.get(word.lower())
        if word.lower() in ("/quit", "/exit", "/q"):
            return False
        if command is None:
            near = get_close_matches(word, _COMMANDS, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(_COMMANDS)}"
            self.code = max(self.code, fail(f"no command is named {word!r}", hint, EXIT_USAGE))
            return True
        command(self, rest.strip())
        return True

    def _ask(self, question: str) -> None:
        if self.echoes and not self.options.is_json:
            self.session.screen.line(Toned(f"> {question}", "strong"))
        request = build_request(**{**self.request.model_dump(), "question": mend_question(question)})
        with self._reading():
            library = run_async(partial(self._libraries.find, self.request))

        def work(streams: bool, **told: Any) -> Awaitable[RunResult]:
            asked = request.model_copy(update={"stream": request.stream and streams})
            return self.session.app.run(asked, library=library, **told)

        seconds = request.count_seconds(self.session.app.config.system.deadline_seconds)
        result = watch(self.session, work, seconds=seconds, is_quiet=self.options.is_quiet)
        result = settle(self.session, result, self.options)
        self._show(result)
        if result.status is not Status.DONE:
            return
        self.last = result
        if not self.request.conversation_id and self.session.app.config.system.record:
            self.request = self.request.model_copy(update={"conversation_id": result.run_id})
        if any(change.is_behind for change in result.changes):
            self._libraries.close()  # the next question reads what there is then

    def _show(self, result: RunResult) -> None:
        if self.options.is_json:
            write_json(encode_json(result).decode())
            self.code = max(self.code, conclude(result, is_strict=self.options.is_strict))
            return
        shown = result if self.options.is_explained else replace(result, explanation=None)  # /why tells it
        self.code = max(self.code, show(self.session, shown, self.options))
        self.session.screen.line()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Progress while documents are read, which happens once."""
        if self._libraries.is_open(self.request):
            yield
            return
        is_coloured = self.session.globals.is_coloured
        with open_steps("reading documents", "count", is_coloured=is_coloured) as self._step:
            yield

    def _tell_reading(self, done: int, total: int, name: str) -> None:
        self._step(describe_reading(done, total, name))

    def _open(self, number: int) -> None:
        cited = self.last.citations if self.last else ()
        if not 0 < number <= len(cited):
            there = f"it has {count(len(cited), 'citation')}" if self.last else "ask something first"
            self.code = max(self.code, fail(f"the last answer has no citation [{number}]", there, EXIT_USAGE))
            return
        citation = cited[number - 1]
        text = self._libraries.find_text(self.request, citation.document)
        show_citation(self.session.screen, number, citation, text)

    def _docs(self, text: str) -> None:
        screen = self.session.screen
        if text:
            before = self.request
            self.request = before.model_copy(update={"docs": tuple(_split(text)), "collection": None})
            self._libraries.close()
            try:
                with self._reading():
                    run_async(partial(self._libraries.find, self.request))
            except (MoeError, InterruptedRunError):
                self.request = before
                raise
        with self._reading():
            library = run_async(partial(self._libraries.find, self.request))
        if library is None:
            screen.line("no documents; /docs PATH names some")
            return
        names = ", ".join(self.request.docs) or self.request.collection or "the project's index"
        documents, passages = len(library.library.documents()), len(library.library.passages)
        screen.line(f"{names}: {count(documents, 'document')}, {count(passages, 'passage')}")

    def _why(self, _text: str) -> None:
        screen = self.session.screen
        if self.last is None:
            screen.line("nothing has been answered yet")
            return
        if self.last.route is not None:
            screen.line(Toned(f"route {self.last.route.route}: ", "strong"), self.last.route.why)
        show_explanation(screen, self.last.explanation or ())
        show_notes(screen, self.last)

    def _belter(self, name: str) -> None:
        if name:
            self.session.app.registry.belters.get(name)
        self.request = self.request.model_copy(update={"belter": name or None})
        self.session.screen.line(f"{name} answers from now on" if name else "the router chooses who answers")

    def _new(self, _text: str) -> None:
        self.request = self.request.model_copy(update={"conversation_id": None})
        self.last = None
        self.session.screen.line("a new conversation")

    def _help(self, _text: str) -> None:
        for typed, told in HELP.items():
            self.session.screen.line(Toned(f"{typed:<17}", "name"), told)


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:  # an apostrophe in a name is no quote
        return text.split()


_COMMANDS: dict[str, Callable[[ChatShell, str], None]] = {
    "/docs": ChatShell._docs,
    "/belter": ChatShell._belter,
    "/why": ChatShell._why,
    "/new": ChatShell._new,
    "/help": ChatShell._help,
    "/quit": ChatShell._help,
}

import builtins
import logging
import os
import signal
import sys
import threading
import warnings

import pytest

from moe_core.loading.plugins.containment import LONGEST_OUTPUT, contain


def raise_it(error):
    raise error


@pytest.mark.parametrize(
    "error", [ValueError("x"), SystemExit(3), GeneratorExit(), KeyboardInterrupt(), RecursionError(), MemoryError()]
)
def test_whatever_is_raised_becomes_a_value(error):
    assert contain(lambda: raise_it(error)).failure is error


def interrupt():
    """Press Ctrl-C."""
    signal.raise_signal(signal.SIGINT)


def swallow_interrupt():
    try:
        interrupt()
    except BaseException:
        return 7


def turn_interrupt_into_another():
    try:
        interrupt()
    except BaseException as error:
        raise SystemExit(0) from error


@pytest.mark.parametrize("action", [interrupt, swallow_interrupt, turn_interrupt_into_another])
def test_the_users_interrupt_passes_whatever_becomes_of_it(action):
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        contain(action)
    assert signal.getsignal(signal.SIGINT) is before


def test_the_users_interrupt_reaches_moe_when_foreign_code_takes_the_signal():
    before = signal.getsignal(signal.SIGINT)
    assert contain(lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)).failure is None
    assert signal.getsignal(signal.SIGINT) is before


def test_it_works_in_other_threads_too():
    found = []
    thread = threading.Thread(target=lambda: found.append(contain(lambda: raise_it(KeyboardInterrupt()))))
    thread.start()
    thread.join()
    assert isinstance(found[0].failure, KeyboardInterrupt)


def test_output_is_kept_from_the_users_streams(capsys):
    def noisy():
        print("to stdout")
        print("to stderr", file=sys.stderr)
        sys.stdout.buffer.write(b"bytes\xff\n")
        return 7

    outcome = contain(noisy)
    assert (outcome.value, outcome.output) == (7, "to stdout\nto stderr\nbytes\ufffd\n")
    assert capsys.readouterr() == ("", "")


def test_closing_the_stream_loses_nothing():
    def closes():
        print("before")
        sys.stdout.close()

    assert contain(closes).output == "before\n"


def test_a_log_handler_on_the_captured_stream_can_write_later():
    handler = contain(lambda: logging.StreamHandler(sys.stderr)).value
    assert handler is not None
    handler.emit(logging.LogRecord("x", 30, "f", 1, "later", None, None))


def test_folder_filters_streams_and_recursion_limit_are_put_back(tmp_path):
    before = (os.getcwd(), list(warnings.filters), sys.stdout, sys.stderr, sys.getrecursionlimit())

    def upset():
        os.chdir(tmp_path)
        warnings.simplefilter("ignore")
        sys.stdout = None
        sys.setrecursionlimit(900)

    assert contain(upset).failure is None
    assert before == (os.getcwd(), list(warnings.filters), sys.stdout, sys.stderr, sys.getrecursionlimit())


def test_pythons_own_names_are_put_back_and_told():
    own = builtins.open

    def replace():
        builtins.open = builtins.len = None
        builtins.added_by_plugin = 1

    outcome = contain(replace)
    assert sorted(outcome.replaced) == ["len", "open"]
    assert (builtins.open is own, len("ab")) == (True, 2)
    del builtins.added_by_plugin


def test_output_is_kept_up_to_a_limit():
    assert contain(lambda: [print("x" * 1_000_000) for _ in range(3)]).output == "x" * LONGEST_OUTPUT

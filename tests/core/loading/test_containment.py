import logging
import os
import sys
import warnings

import pytest

from moe_core.loading.containment import contain


def raise_it(error):
    raise error


@pytest.mark.parametrize("error", [ValueError("x"), SystemExit(3), GeneratorExit(), RecursionError(), MemoryError()])
def test_whatever_is_raised_becomes_a_value(error):
    assert contain(lambda: raise_it(error)).failure is error


def test_the_users_interrupt_passes():
    with pytest.raises(KeyboardInterrupt):
        contain(lambda: raise_it(KeyboardInterrupt()))


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

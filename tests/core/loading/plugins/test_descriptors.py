import os
import subprocess
import sys
import threading

import pytest

from moe_core.loading.plugins.descriptors import divert_output


def test_what_goes_to_the_descriptor_is_read_at_the_end_and_never_shown(capfd):
    os.write(1, b"before\n")
    with divert_output() as read:
        os.write(1, b"bytes \xff\n")
    os.write(1, b"after\n")
    assert read() == "bytes \ufffd\n"
    assert capfd.readouterr().out == "before\nafter\n"


def test_the_descriptor_is_put_back_after_an_error(capfd):
    with pytest.raises(ZeroDivisionError), divert_output():
        raise ZeroDivisionError
    os.write(1, b"after\n")
    assert capfd.readouterr().out == "after\n"


def test_foreign_code_that_closes_the_descriptor_does_no_harm(capfd):
    with divert_output():
        os.close(1)
    os.write(1, b"after\n")
    assert capfd.readouterr().out == "after\n"


def test_a_diversion_within_another_leaves_it_alone(capfd):
    found = {}

    def divert_too():
        with divert_output() as read:
            os.write(1, b"inner\n")
        found["inner"] = read()

    with divert_output() as read:
        for run in (divert_too, lambda: None):
            thread = threading.Thread(target=run)
            thread.start()
            thread.join()
        os.write(1, b"outer\n")
    assert (found["inner"], read()) == ("", "inner\nouter\n")
    assert capfd.readouterr().out == ""


def test_what_moe_printed_before_comes_out_and_a_closed_output_is_no_error():
    program = (
        "import os, sys\nfrom moe_core.loading.plugins.descriptors import divert_output\n"
        "sys.stdout.write('mine ')\n"
        "with divert_output() as read:\n    os.write(1, b'its')\n    print(end='own', file=sys.__stdout__)\n"
        "print(repr(read()))\n"
        "sys.stdout.flush(); os.close(1)\n"
        "with divert_output() as read: pass\n"
        "sys.stderr.write(repr(read()))\nos._exit(0)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("mine 'itsown'\n", "''")

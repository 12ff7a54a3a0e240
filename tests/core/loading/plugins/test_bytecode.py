import os
import sys
import time

import pytest

from moe_core.loading.plugins.bytecode import hold_back_bytecode


@pytest.mark.parametrize(("age", "is_held_back"), [(0, True), (-60, True), (60, False)])
def test_compiled_code_waits_until_a_source_has_settled(tmp_path, monkeypatch, age, is_held_back):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    old, edited = tmp_path / "old.py", tmp_path / "edited.py"
    for path, seconds in ((old, 3600), (edited, age)):
        path.touch()
        os.utime(path, (time.time() - seconds,) * 2)
    with hold_back_bytecode([old, edited, tmp_path / "gone.py"]):
        assert sys.dont_write_bytecode is is_held_back
    assert sys.dont_write_bytecode is False
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    with hold_back_bytecode([old]):
        assert sys.dont_write_bytecode is True

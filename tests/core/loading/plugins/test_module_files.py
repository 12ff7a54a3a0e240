import pickle
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from moe_core.loading.plugins.module_files import load_module_file

SOURCE = "from dataclasses import dataclass\n\n@dataclass\nclass Point:\n    x: int = 0\n\nCOUNT = 1\n"


def test_what_a_file_defines_can_be_pickled(tmp_path):
    path = tmp_path / "points.py"
    path.write_text(SOURCE)
    point = load_module_file(path).Point(x=3)
    assert pickle.loads(pickle.dumps(point)) == point


def test_equal_content_is_imported_once_and_changed_content_anew(tmp_path):
    path = tmp_path / "points.py"
    path.write_text(SOURCE)
    first = load_module_file(path)
    assert load_module_file(path) is first
    path.write_text(SOURCE.replace("COUNT = 1", "COUNT = 2"))
    second = load_module_file(path)
    assert (first.COUNT, second.COUNT) == (1, 2)
    assert sys.modules[first.__name__] is first


def test_files_of_the_same_name_do_not_meet(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.py").write_text(f"WHO = {folder!r}\n")
    modules = [load_module_file(tmp_path / folder / "same.py") for folder in ("a", "b")]
    assert [module.WHO for module in modules] == ["a", "b"]


def test_nothing_is_written_beside_the_file_and_the_import_path_stays(tmp_path):
    before = list(sys.path)
    path = tmp_path / "points.py"
    path.write_text(SOURCE)
    load_module_file(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["points.py"]
    assert sys.path == before


def test_a_file_that_failed_is_not_remembered(tmp_path):
    path = tmp_path / "late.py"
    path.write_text("from pathlib import Path\nassert (Path(__file__).parent / 'ready').exists()\nOK = True\n")
    with pytest.raises(AssertionError):
        load_module_file(path)
    (tmp_path / "ready").touch()
    assert load_module_file(path).OK


def test_an_undecodable_file_says_which_byte(tmp_path):
    path = tmp_path / "latin.py"
    path.write_bytes(b"NAME = 'caf\xe9'\n")
    with pytest.raises(UnicodeDecodeError):
        load_module_file(path)


def test_a_declared_encoding_is_kept_to(tmp_path):
    path = tmp_path / "latin.py"
    path.write_bytes(b"# coding: latin-1\nNAME = 'caf\xe9'\n")
    assert load_module_file(path).NAME == "café"


def test_two_threads_are_given_the_whole_module(tmp_path):
    path = tmp_path / "slow.py"
    path.write_text("import time\ntime.sleep(0.2)\nlast = 1\n")
    with ThreadPoolExecutor(4) as pool:
        defined = list(pool.map(lambda _: hasattr(load_module_file(path), "last"), range(4)))
    assert defined == [True] * 4

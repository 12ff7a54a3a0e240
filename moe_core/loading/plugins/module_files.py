"""Importing a Python file by its path, under a module name of its own."""

import hashlib
import importlib.util
import re
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from threading import RLock
from types import CodeType, ModuleType

from moe_core.files.regular import read_regular

_NAME = re.compile("moe_plugin_.*_[0-9a-f]{16}")
_LOCKS: dict[str, RLock] = {}  # by module: held while it is run
MAX_BYTES = 16 << 20  # far above any module that somebody wrote


def load_module_file(path: Path, *, write_bytecode: bool = False) -> ModuleType:
    """Import the file, unless a file with this path and content is imported already.

    The module stays in `sys.modules` under a name made from path and content, so that what it defines can
    be pickled, and so that changed content makes a new module while the old one's users keep theirs.
    The file's folder is not put on the import path.

    Args:
        path: The file.
        write_bytecode: Keep compiled code beside the file; else nothing is written there.

    Raises:
        OSError: It cannot be read, is no regular file, or is larger than 16 MB.
        SyntaxError: It is no Python.
        UnicodeDecodeError: It is not text in the encoding it declares.
        BaseException: Whatever running it raises.
    """
    content = read_regular(path, max_bytes=MAX_BYTES)
    digest = hashlib.blake2b(str(path).encode() + b"\0" + content, digest_size=8).hexdigest()
    name = f"moe_plugin_{re.sub(r'[^0-9A-Za-z]', '_', path.stem)}_{digest}"
    with _LOCKS.setdefault(name, RLock()):  # or a second thread would be given what is defined so far
        return sys.modules.get(name) or _run(path, content, name, write_bytecode=write_bytecode)


def _run(path: Path, content: bytes, name: str, *, write_bytecode: bool) -> ModuleType:
    loader = SourceFileLoader(name, str(path)) if write_bytecode else _ContentLoader(name, str(path), content)
    spec = importlib.util.spec_from_file_location(name, path, loader=loader)
    if spec is None:
        raise ImportError(f"{path} is no Python file", path=str(path))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return sys.modules.get(name, module)


def find_module_file(name: str) -> Path | None:
    """The file that `load_module_file` made the module of that name from; None when it made none."""
    if not _NAME.fullmatch(name) or name not in sys.modules:
        return None
    file = sys.modules[name].__file__
    return None if file is None else Path(file)


class _ContentLoader(SourceFileLoader):
    """Runs exactly the bytes that were read, and neither reads nor writes compiled code."""

    def __init__(self, fullname: str, path: str, content: bytes) -> None:
        super().__init__(fullname, path)
        self._content = content

    def get_code(self, fullname: str) -> CodeType:
        try:
            importlib.util.decode_source(self._content)
        except SyntaxError:
            self._content.decode("utf-8-sig")  # Says which byte is wrong; the error above does not.
            raise
        code = compile(self._content, self.path, "exec", dont_inherit=True)
        assert isinstance(code, CodeType)
        return code

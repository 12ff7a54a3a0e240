"""Judging a project's folder: whether what it brings counts, and what is to be said when it does not."""

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from moe.contracts.trust import FOLDERS, WORKSPACE, TrustState, TrustVerdict
from moe.trust.contents import read_contents
from moe.trust.ownership import find_intruder
from moe.trust.store import TrustStore
from moe_core.contracts.errors import TrustError

TRUST_VARIABLE = "MOE_TRUST"


def judge_folder(
    folder: Path, store: TrustStore, environ: Mapping[str, str], *, bundled: Path, is_ignored: bool = False
) -> TrustVerdict:
    """How a project's folder stands.

    Args:
        folder: The project's.
        store: The user's word.
        environ: MOE_TRUST lists folders whose content counts, whatever it is; for machines without anybody to ask.
        bundled: The root of what moe ships.
        is_ignored: The user wants nothing of it.
    """
    folder = folder.resolve()
    brings = tuple(name for name in (*FOLDERS, WORKSPACE) if os.path.lexists(folder / name))
    judged = partial(TrustVerdict, folder=folder, brings=brings)
    if is_ignored:
        return judged(state=TrustState.IGNORED)
    intruder = find_intruder(folder)
    if _is_listed(folder, environ):
        return judged(state=TrustState.TRUSTED)
    if not brings:
        return judged(state=TrustState.EMPTY, reason=intruder)
    try:
        contents = read_contents(folder, bundled=bundled)
    except TrustError as error:
        return judged(state=TrustState.FOREIGN, reason=f"{error.message}{f' ({error.hint})' if error.hint else ''}")
    if not contents and WORKSPACE not in brings:
        return judged(state=TrustState.EMPTY, reason=intruder)
    if not intruder and WORKSPACE in brings:
        intruder = _find_way_out(folder) or find_intruder(folder / WORKSPACE)
        intruder = intruder and f"{folder / WORKSPACE} {intruder}"
    if intruder:
        return judged(state=TrustState.FOREIGN, reason=intruder)
    record = store.find(folder)
    if record is None:
        return judged(state=TrustState.NEW, contents=contents)
    verdict = judged(state=TrustState.TRUSTED, contents=contents, trusted=record.files)
    return replace(verdict, state=TrustState.CHANGED) if verdict.list_changes() else verdict


def _find_way_out(folder: Path) -> str:
    """Why what is written to the workspace would come to lie elsewhere; "" when it would not."""
    is_within = (folder / WORKSPACE).resolve().is_relative_to(folder)
    return "" if is_within else "is a link that leads out of the folder"


def _is_listed(folder: Path, environ: Mapping[str, str]) -> bool:
    listed = environ.get(TRUST_VARIABLE, "").split(os.pathsep)
    return any(folder.is_relative_to(Path(os.path.expanduser(entry)).resolve()) for entry in listed if entry.strip())

"""The page's built files in memory, below the path at which the server is offered."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from moe.web.site_file import SiteFile

STATIC = Path(__file__).parent / "static"
MARKER = b"/__moe_base__"
"""What stands in the built files for the path below which the server is offered."""
_TEXTS = (".css", ".html", ".js", ".json", ".txt")
_INDEX = "index.html"
_ICON = "icon.svg"
_ICON_ASKED = "/favicon.ico"  # by browsers, where what they show names no icon
_NOT_FOUND = "404.html"
_INNER = ("404/", "_not-found/")  # other names of the page for unknown paths

_ABSENT = b"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>moe</title></head>
<body>
<h1>moe serves, without its page</h1>
<p>This moe was installed without the built page. Everything else works: the API, its description at
<a href="@/openapi.json">openapi.json</a>, and all commands.</p>
<p>Installed from a checkout: <code>make ui</code> there builds the page; it needs Node. Otherwise install moe again:
its wheels bring the page.</p>
</body>
</html>
"""


class Site:
    """The page's files by the path that each is asked for at, such as /runs/view/.

    Args:
        files: By path.
        not_found: Shown for a path that leads nowhere.
        is_absent: There are no built files; one page says so wherever a page is asked for.
    """

    def __init__(self, files: Mapping[str, SiteFile], not_found: SiteFile, *, is_absent: bool = False) -> None:
        self.files = MappingProxyType(dict(files))
        self.not_found = not_found
        self.is_absent = is_absent

    @classmethod
    def load(cls, root_path: str = "", folder: Path = STATIC, *, images_from: str = "") -> "Site":
        """Read the built files, and write the server's path into them.

        Args:
            root_path: Below which a proxy offers the server; "" for none.
            folder: Where they are.
            images_from: Another server that pages may show pictures of; "" for none.
        """
        if not (folder / _INDEX).is_file():
            page = SiteFile(_INDEX, _ABSENT.replace(b"@", root_path.encode()))
            return cls({"/": page}, page, is_absent=True)
        names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        files = {name: SiteFile(name, _read(folder / name, root_path), images_from) for name in names}
        shown = {_find_path(name): file for name, file in files.items() if not name.startswith(_INNER)}
        if _ICON in files:
            shown.setdefault(_ICON_ASKED, files[_ICON])
        return cls(shown, files.get(_NOT_FOUND, files[_INDEX]))


def _read(path: Path, root_path: str) -> bytes:
    content = path.read_bytes()
    return content.replace(MARKER, root_path.encode()) if path.suffix in _TEXTS else content


def _find_path(name: str) -> str:
    """The path at which a file is asked for: a page's is its folder."""
    return f"/{name.removesuffix(_INDEX)}" if name == _INDEX or name.endswith(f"/{_INDEX}") else f"/{name}"

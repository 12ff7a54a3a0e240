"""One file of the page, as browsers get it."""

import gzip
import hashlib
from collections.abc import Mapping
from functools import cached_property

from moe.web.policy import SCRIPT_POLICY, build_page_policy

_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
_PACKED = (".css", ".html", ".js", ".json", ".svg", ".txt")
_PACKED_FROM_BYTES = 1000  # below, the packed file and its header are no shorter on the wire
_HASHED = ("_next/static/chunks/", "_next/static/media/")  # their names change with what is in them
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_FIRST = "no-cache"


class SiteFile:
    """A file of the page.

    Args:
        name: Its path below the folder of built files.
        content: What is in it, with the marker replaced.
        images_from: Another server that a page may show pictures of; "" for none.

    Attributes:
        content: What is in it.
        tag: Of what is in it, for a browser that has it already.
    """

    def __init__(self, name: str, content: bytes, images_from: str = "") -> None:
        self.content = content
        self.tag = f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'
        self._name = name
        self._images_from = images_from
        self._suffix = f".{name.rpartition('.')[2]}"

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """Those of each answer with the file."""
        told = {
            "content-type": _MEDIA_TYPES.get(self._suffix, "application/octet-stream"),
            "cache-control": _FOR_EVER if self._name.startswith(_HASHED) else _ASK_FIRST,
            "etag": self.tag,
        }
        if self._is_packable:
            told["vary"] = "Accept-Encoding"
        if self._suffix == ".html":
            told["content-security-policy"] = build_page_policy(self.content, self._images_from)
        if self._suffix == ".js":
            told["content-security-policy"] = SCRIPT_POLICY
        return told

    @cached_property
    def packed(self) -> bytes | None:
        """The same with gzip, made when it is first asked for; None where that is not shorter."""
        if not self._is_packable:
            return None
        packed = gzip.compress(self.content, 9, mtime=0)
        return packed if len(packed) < len(self.content) else None

    @property
    def _is_packable(self) -> bool:
        return self._suffix in _PACKED and len(self.content) >= _PACKED_FROM_BYTES

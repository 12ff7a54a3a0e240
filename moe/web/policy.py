"""What a page may load and run, as its header Content-Security-Policy says."""

import base64
import hashlib
import re

_SCRIPT = re.compile(rb"<script(?P<attributes>(?:\s[^>]*)?)>(?P<body>.*?)</script>", re.DOTALL | re.IGNORECASE)
_STYLE = re.compile(rb"<style(?:\s[^>]*)?>(?P<body>.*?)</style>", re.DOTALL | re.IGNORECASE)
_SOURCE = re.compile(rb"\ssrc\s*=", re.IGNORECASE)
_ORIGIN = re.compile(r"https?://[^/]+")

SCRIPT_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'"
"""For a script: what counts where it runs as a worker, which goes by its own file's header."""


def build_page_policy(html: bytes, images_from: str = "") -> str:
    """The policy of a page: its own server's files, and the scripts and styles that stand in it, by their hashes.

    Args:
        html: The page as it is sent, to the byte.
        images_from: Another server that pictures may come from, as https://tiles.example.org; "" for none.
    """
    scripts = [found["body"] for found in _SCRIPT.finditer(html) if not _SOURCE.search(found["attributes"])]
    styles = [found["body"] for found in _STYLE.finditer(html)]
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(("script-src 'self'", *map(_hash, scripts))),
            " ".join(("style-src 'self'", *map(_hash, styles))),
            " ".join(("img-src 'self' data:", *([images_from] if images_from else []))),
            "font-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def find_origin(address: str) -> str:
    """The server of an address, as a policy names it; "" for none."""
    found = _ORIGIN.match(address)
    return found[0].lower() if found else ""


def _hash(text: bytes) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text).digest()).decode()}'"

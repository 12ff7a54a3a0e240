"""A page's policy names by their hashes what stands in the page, and nothing else may run."""

import base64
import hashlib

from moe.web.policy import build_page_policy, find_origin


def split(policy: str) -> dict[str, list[str]]:
    rules = [rule.split() for rule in policy.split("; ")]
    return {name: sources for name, *sources in rules}


def hash_of(text: bytes) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text).digest()).decode()}'"


def test_scripts_in_the_page_are_allowed_to_the_byte_and_those_with_a_source_are_not_hashed():
    html = b'<script src="/a.js" async=""></script><script>one()</script><script id="x">two(1 < 2)\n</script>'
    rules = split(build_page_policy(html))
    assert rules["script-src"] == ["'self'", hash_of(b"one()"), hash_of(b"two(1 < 2)\n")]


def test_a_script_whose_data_tell_of_a_source_is_still_hashed():
    html = b'<script data-src-of="x">three()</script>'
    assert hash_of(b"three()") in split(build_page_policy(html))["script-src"]


def test_styles_in_the_page_are_allowed_to_the_byte():
    rules = split(build_page_policy(b"<style>p{color:red}</style><p>"))
    assert rules["style-src"] == ["'self'", hash_of(b"p{color:red}")]


def test_nothing_is_allowed_that_is_not_named():
    rules = split(build_page_policy(b"<p>"))
    assert rules["default-src"] == ["'none'"]
    assert rules["connect-src"] == ["'self'"]
    assert rules["frame-ancestors"] == ["'none'"]
    assert not any("unsafe" in source or "blob" in source or "*" in source for one in rules.values() for source in one)


def test_pictures_may_come_from_one_more_server_and_nothing_else_may():
    bare, told = split(build_page_policy(b"<p>")), split(build_page_policy(b"<p>", "https://tiles.example.org"))
    assert told.pop("img-src") == ["'self'", "data:", "https://tiles.example.org"]
    assert bare.pop("img-src") == ["'self'", "data:"]
    assert told == bare


def test_a_server_is_named_by_its_origin():
    assert find_origin("https://Tiles.example.org:8080/a/{z}/{x}/{y}.png?key=1") == "https://tiles.example.org:8080"
    assert find_origin("") == ""

"""Words that a line's end cut in two, joined as the document itself writes them."""

import re
from collections import Counter

_CUT = re.compile(r"([^\W\d_]{1,40})-\n(\f*)([a-zß-öø-ÿа-яёα-ω][^\W\d_]{0,40})")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
_TENS = re.compile("(?:twen|thir|for|fif|six|seven|eigh|nine)ty", re.I)
_UNITS = re.compile("(?:one|two|three|four|five|six|seven|eight|nine|first|second|third|\\w+th)")


def join_hyphens(text: str) -> str:
    """Join cut words; where nothing tells, the hyphen was the line's. A page's mark between moves behind the word."""
    known = Counter(_WORD.findall(text.lower()))

    def join(match: re.Match[str]) -> str:
        first, page, second = match.groups()
        hyphened, plain = f"{first}-{second}", f"{first}{second}"
        is_number = _TENS.fullmatch(first) and _UNITS.fullmatch(second)
        keeps = is_number or known[hyphened.lower()] > known[plain.lower()]
        return (hyphened if keeps else plain) + page

    return _CUT.sub(join, text)

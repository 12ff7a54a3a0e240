"""What a model thought aloud, told from what it answered."""

import re

from moe.asking.json.candidates import find_extent

_NAMES = "(?:think|thinking|thoughts?|reasoning|reflection|scratchpad)"
_OPEN = rf"<{_NAMES}>|\[THINK\]|◁think▷"
_CLOSE = rf"</{_NAMES}>|\[/THINK\]|◁/think▷"
# Some models name the channel they speak on instead.
_OPEN_CHANNEL = r"<\|channel\|>(?:analysis|commentary)<\|message\|>"
_PLACES = re.compile(
    rf"(?P<object>\{{)|(?P<open>{_OPEN})|(?P<close>{_CLOSE})|(?P<channel>{_OPEN_CHANNEL})", re.IGNORECASE
)
_CLOSE_BLOCK = re.compile(_CLOSE, re.IGNORECASE)
_CLOSE_CHANNEL = re.compile(r"<\|(?:end|return)\|>")


def split_thoughts(text: str) -> tuple[str, str]:
    """Thoughts and answer.

    A block that is closed without having been opened began before the reply did; one that is never closed takes the
    rest. Marks inside an object that has its closing bracket belong to the object.
    """
    thoughts: list[str] = []
    answer: list[str] = []
    begin = place = 0
    has_open_object = False
    while match := _PLACES.search(text, place):
        place = match.end()
        if match.lastgroup == "object":
            if not has_open_object:
                extent = find_extent(text, match.start())
                has_open_object = not extent.is_closed
                place = extent.end if extent.is_closed else place
        elif match.lastgroup == "close":
            thoughts.append("".join(answer) + text[begin : match.start()])
            answer, begin = [], place
        else:
            answer.append(text[begin : match.start()])
            closing = _CLOSE_CHANNEL if match.lastgroup == "channel" else _CLOSE_BLOCK
            closed = closing.search(text, place)
            thoughts.append(text[place : closed.start() if closed else len(text)])
            begin = place = closed.end() if closed else len(text)
    answer.append(text[begin:])
    told = "\n".join(part for part in (part.strip() for part in thoughts) if part)
    return told, "".join(answer).strip()

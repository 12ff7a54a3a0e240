"""Data for a model's eyes: nothing in it looks like a turn of the conversation, and it cannot close its own fence."""

import re
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

_MARK_BYTES = 6  # a text cannot guess one of 2^48
_CACHED_TEXTS = 1024  # more than the passages of one run

# What servers and tokenizers read as the conversation's own machinery, in the formats that are about.
_SPECIAL = re.compile(
    r"<\s*\|.{0,60}?\|\s*>"  # <|im_start|> and its many relatives
    r"|<｜.{0,60}?｜>"  # the same in full-width bars
    r"|</?\s*(?:s|bos|eos|pad|unk|mask|think|thinking|reasoning|thought|system|user|assistant|human|tool|tools"
    r"|tool_calls?|tool_response|tool_results?|function|functions|function_calls?|function_response|invoke|parameter"
    r"|start_of_turn|end_of_turn|begin_of_text|end_of_text|instructions?|important)(?:[\s=:][^<>\n]{0,60})?/?>"
    r"|</?\s*SPECIAL_\d+>"
    r"|<</?\s*SYS\s*>>"
    r"|\[/?\s*(?:INST|SYS|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|THINK|IMG|ARGS|CALL_ID)\s*\]",
    re.IGNORECASE,
)
_VISIBLE = str.maketrans({"<": "‹", ">": "›", "|": "¦", "｜": "¦", "[": "⟦", "]": "⟧"})

# A line that begins like a turn: "System:", "**Assistant**:", "### Instruction:", "Tool result:".
_TURN = re.compile(
    r"\n[^\S\n]*(?="
    r"[#*_|\-\[(]{0,4}[^\S\n]*(?:system|assistant|user|human|developer|tool|function|ai|bot|observation"
    r"|(?:tool|function)[ _](?:calls?|results?|outputs?|responses?)"
    r"|(?:system|developer)[ _](?:message|prompt|note|instructions?|override))[\])]?[*_]{0,2}[^\S\n]*[:：]"
    r"|#{1,6}[^\S\n]*(?:system|assistant|user|human|instructions?|input|response)\b[^\n]{0,20}(?:\n|$))",
    re.IGNORECASE,
)
# A line that begins like those of a `PromptFence`, and the words in them.
_RULE = re.compile(r"\n([^\S\n]*)[-‐-―−─━═﹘﹣－_=]{4,}")
_FENCED = ("data", "evidence", "findings", "choices")
_FENCE_WORDS = re.compile(
    rf"\b(BEGIN|END|CLOSE|STOP)(?:[\s_.:/-]+OF)?[\s_.:/-]+(?=(?:THE[\s_]+)?(?:{'|'.join(_FENCED)})\b)", re.IGNORECASE
)

_BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_UNUSUAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")  # any of both, found in one quick look
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]")
# Characters that show nothing: zero-width, bidirectional controls, tags, variation selectors, fillers.
_HIDDEN = re.compile(
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
# What some scripts and emoji need after a character that is not ASCII.
_SELECTORS = frozenset("\ufe0e\ufe0f")
_JOINERS = frozenset("\u200c\u200d") | _SELECTORS
_HIDDEN_TOLERATED = 2
REPLACEMENT = "\ufffd"


@lru_cache(_CACHED_TEXTS)
def defuse_text(text: str) -> str:
    """A text of the user's: without what a server could take for its chat template, or a model for a fence.

    What is changed stays legible: `<|im_start|>` reads ‹¦im_start¦›.
    """
    return _break_fences(_defuse_characters(text))


@lru_cache(_CACHED_TEXTS)
def defuse_data(text: str) -> str:
    """A text from outside, as a model may see it.

    Beside what `defuse_text` does, characters that show nothing are taken out, and a line that begins like a turn of
    the conversation ("System:") is quoted: "> System:".
    """
    text = _break_fences(_defuse_characters(_drop_hidden(text)))
    # The line break in front gives the first line one to be found by.
    return _TURN.sub(_quote, f"\n{text}")[1:]


def defuse_ids(text: str, ids: Iterable[str]) -> str:
    """A text that cannot pass for the head of another passage: "[id]" reads ⟦id⟧."""
    if "[" in text:
        for name in ids:
            text = text.replace(f"[{name}]", f"⟦{name}⟧")
    return text


def to_line(text: str) -> str:
    """A text as one line."""
    return " ".join(defuse_data(text).split())


class PromptFence:
    """Lines around the data of one request. Their mark is equal for equal texts, and in none of them.

    It is a hash of all that the request says, so nobody who writes a document can know it.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        """Find the mark.

        Args:
            texts: All that the request says.
        """
        whole = "\0".join([*texts, ""])
        digest = blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=_MARK_BYTES)
        mark = digest.hexdigest()
        while mark in whole:
            digest.update(b"again")
            mark = digest.hexdigest()
        self._mark = mark

    def wrap(self, name: str, text: str) -> str:
        """The text between two lines that carry the mark."""
        return f"----- BEGIN DATA {name} {self._mark} -----\n{text}\n----- END DATA {name} {self._mark} -----"


def _defuse_characters(text: str) -> str:
    if _UNUSUAL.search(text):
        text = _CONTROL.sub(_picture, _BREAKS.sub("\n", text))
    return _SPECIAL.sub(_show_plainly, text) if "<" in text or "[" in text else text


def _break_fences(text: str) -> str:
    text = _RULE.sub(r"\n\1- - -", f"\n{text}")[1:]
    lowered = text.lower()
    return _FENCE_WORDS.sub(r"\1·", text) if any(word in lowered for word in _FENCED) else text


def _show_plainly(match: re.Match[str]) -> str:
    return match.group().translate(_VISIBLE)


def _picture(match: re.Match[str]) -> str:
    """The sign that stands for a control character."""
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else REPLACEMENT


def _drop_hidden(text: str) -> str:
    return text if text.isascii() else _HIDDEN.sub(_weigh_hidden, text)


def _weigh_hidden(match: re.Match[str]) -> str:
    """Nothing for a stray one; joiners that writing needs stay; a row of them, which may spell words, shows."""
    found, text = match.group(), match.string
    if len(found) > _HIDDEN_TOLERATED:
        return REPLACEMENT
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    are_joiners = _JOINERS.issuperset(found) and not before.isascii()
    return found if are_joiners and (found[-1] in _SELECTORS or not after.isascii()) else ""


def _quote(match: re.Match[str]) -> str:
    return f"{match.group()}> "

"""What a run makes of each fault: expected by the fault matrix's tests, and written as a table into the documentation.

`places` are where in the chain the faulty server is asked: by Camina, by the Belter, by the Drummer, or by Camina only
for the final answer, which is streamed. `CALLS` says how often each layer asks in a run that goes well.
"""

from dataclasses import dataclass, field, replace
from typing import Literal

PLACES = ("camina", "belter", "drummer", "answer")
ATTEMPTS_MAX = 3  # system.resilience.attempts_max; answers that are none are asked for as often
BREAKER_FAILURES = 5  # system.resilience.breaker_failures
# Of each layer, when it goes well: one with evidence, which can be cut, or one without. With one Belter Camina plans
# nothing, and the Drummer's search is chosen by rule.
CALLS = {"camina": (True,), "belter": (False, True), "drummer": (True,), "answer": (True,)}

Remedy = Literal["retry", "ask again", "cut, then fall back", "fall back", "give up", "no matter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a run ends.

    Attributes:
        error: The code of its error; "" when it is answered.
        is_degraded: The answer made do without something.
        requests: Questions that the server saw.
    """

    error: str = ""
    is_degraded: bool = False
    requests: int

    def __str__(self) -> str:
        return f"{self.error or ('degraded' if self.is_degraded else 'answered')} {self.requests}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What is done about a fault.

    Attributes:
        words: The fault, for the table.
        error: The code of the error, when there is no fallback.
        asks: Requests of one call while the fault lasts.
        asks_cut: The same for a call with evidence, which can be cut; 0 when that makes no difference.
        is_passing: A fault that happens once is got over without a fallback.
        options: For the faulty server.
        elsewhere: Places where another policy holds.
    """

    words: str
    remedy: Remedy
    error: str = ""
    asks: int = 1
    asks_cut: int = 0
    is_passing: bool = False
    options: dict = field(default_factory=dict)
    elsewhere: "dict[str, Policy]" = field(default_factory=dict)

    def at(self, place: str) -> "Policy":
        """The policy that holds at a place."""
        return self.elsewhere.get(place, self)

    def lasting(self, place: str, *, has_fallback: bool) -> Ending:
        """The end of a run during which the fault happens to every request."""
        policy = self.at(place)
        asks = [policy.asks_cut or policy.asks if has_evidence else policy.asks for has_evidence in CALLS[place]]
        if policy.remedy == "no matter":
            return Ending(requests=len(asks))
        if policy.remedy == "give up" or not has_fallback:
            return Ending(error=policy.error, requests=asks[0])
        most = BREAKER_FAILURES if policy.remedy == "retry" else sum(asks)
        return Ending(is_degraded=True, requests=min(most, sum(asks)))

    def once(self, place: str) -> Ending:
        """The end of a run with fallbacks during which the fault happens to one request."""
        policy = self.at(place)
        calls = len(CALLS[place])
        if policy.remedy == "no matter":
            return Ending(requests=calls)
        if policy.is_passing:
            return Ending(requests=calls + 1)
        if policy.remedy == "give up":
            return Ending(error=policy.error, requests=1)
        return Ending(is_degraded=True, requests=calls)


def _retried(words: str, error: str = "model_unavailable", **options: object) -> Policy:
    return Policy(words=words, remedy="retry", error=error, asks=ATTEMPTS_MAX, is_passing=True, options={**options})


def _timed_out(words: str) -> Policy:
    return Policy(words=words, remedy="fall back", error="model_timeout")


def _asked_again(words: str) -> Policy:
    return Policy(words=words, remedy="ask again", error="invalid_output", asks=ATTEMPTS_MAX, is_passing=True)


def _given_up(words: str) -> Policy:
    return Policy(words=words, remedy="give up", error="model_refused")


# The server tells no sizes: a tenth less, then another. Plans and choices rest on no evidence: nothing to cut.
_OVERFLOW = Policy(
    words="400, the request is too long",
    remedy="cut, then fall back",
    error="context_overflow",
    options={"wording": "ollama"},
)

POLICIES: dict[str, Policy] = {
    "too_many_requests": _retried("429 with Retry-After", retry_after=0.02),
    "server_error": _retried("500"),
    "unavailable": _retried("503"),
    "model_loading": _retried("503 while the model is being loaded"),
    "format_mismatch": _asked_again("500, llama.cpp cannot parse what the model wrote"),
    "unauthorized": _given_up("401"),
    "forbidden": _given_up("403"),
    "model_missing": Policy(words="404, no such model", remedy="fall back", error="model_missing"),
    "parameter_refused": replace(
        _given_up("400, a parameter is refused by name"), asks=2, is_passing=True
    ),  # sent again without the parameter: twice the same refusal is the end
    "context_overflow": replace(
        _OVERFLOW,
        elsewhere={
            "drummer": replace(_OVERFLOW, asks_cut=3, is_passing=True),
        },
    ),  # of what the others read, the one passage that is cited, nothing would be left
    "redirect": _given_up("307 to another host"),
    "hang_up": _retried("the connection closes before an answer"),
    "reset": _retried("the connection is reset"),
    "reset_mid_body": _retried("a reset in the middle of the answer"),
    "truncated": _retried("fewer bytes than announced"),
    "unfinished_stream": _retried("a stream that ends before it is done"),
    "stall_before_headers": _timed_out("no answer at all"),
    "stall_mid_body": _timed_out("half an answer, then silence"),
    "slow_headers": _timed_out("a header that never ends"),
    "slow_drip": _timed_out("a byte now and then"),
    "malformed_json": _retried("JSON that is cut off"),
    "malformed_utf8": replace(
        _retried("broken UTF-8"), elsewhere={"answer": Policy(words="", remedy="no matter")}
    ),  # in a stream of events it is replaced, as the standard says
    "unexpected_json": _retried("JSON of another kind"),
    "empty_body": _retried("an empty body"),
    "html_page": _retried("502 with a page of HTML"),
    "huge_body": _retried("an answer without end", size=34 << 20),
    "gzip_bomb": _retried("a compressed answer", size=1 << 20),
    "error_mid_stream": _retried("an error in the middle of the stream"),
    "cut_short": _asked_again("an answer cut off at its greatest length"),
}

TITLES = {
    "camina": "Camina",
    "belter": "Belter",
    "drummer": "Drummer",
    "answer": "answer, streamed",
}


def write_table() -> str:
    """The matrix in Markdown."""
    head = ["fault", "remedy", *(TITLES[place] for place in PLACES), "without a fallback", "once"]
    rows = [head, ["---"] * len(head)]
    for fault, policy in POLICIES.items():
        cells = [str(policy.lasting(place, has_fallback=True)) for place in PLACES]
        alone = _unite({place: str(policy.lasting(place, has_fallback=False)) for place in PLACES})
        once = _unite({place: str(policy.once(place)) for place in PLACES})
        rows.append([f"`{fault}`: {policy.words}", policy.remedy, *cells, alone, once])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def _unite(cells: dict[str, str]) -> str:
    """One cell for all places: what holds at Camina, and where it is otherwise."""
    usual = cells["camina"]
    others = [f"{TITLES[place]}: {cell}" for place, cell in cells.items() if cell != usual]
    return "; ".join([usual, *others])

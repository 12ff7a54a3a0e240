"""What a phrase says in one word that none of its own words says: "takes over from" is "replaces"."""

import re

from moe_core.text.tokens import fold, stem

_PHRASES = tuple(
    (re.compile(rf"\b(?:{phrase})\b", re.IGNORECASE), stem(word))
    for phrase, word in (
        (
            r"(?:takes?|took|taken|taking)(?: (?:it|them|this|her|him|the \w+(?: \w+)?))? over(?! \d)"
            r"|stands? in for|in place of|instead of",
            "replaces",
        ),
        (r"übernimmt|übernahm(?:en)?|übernommen|übernehmen", "replaces"),
        (r"(?:steps?|stepped) down|(?:gives?|gave|given) up (?:his|her|the) (?:post|office)", "resigns"),
        (r"(?:must|may|can|could|shall|should) ?not|can['’]t|mustn['’]t|no longer (?:may|can)", "allowed"),
        (r"(?:may|can) (?:also |only )?be|you may|(?:is|are) welcome", "allowed"),
        (r"free of charge|for free|(?:is|are) free|no charge|at no cost", "pays"),
        (r"in charge of|looks? after|looked after|takes? care of|sees? to|deals? with", "responsible"),
        (r"puts? off|put off|(?:moved|moves) (?:back|to)", "postponed"),
        (r"(?:calls?|called) off", "cancelled"),
        (r"(?:turns?|turned) down|voted against", "rejected"),
        (r"sets? up|brought into being", "founded"),
        (r"(?:gives?|gave|given|hands?|handed|sends?|sent) back", "returned"),
        (r"(?:breaks?|broke|broken) down|out of order", "failed"),
        (r"(?:goes|went|gone|go) up", "rises"),
        (r"(?:goes|went|gone|go|comes|came) down", "falls"),
        (r"(?:carries|carried|carry) out", "does"),
        (r"(?:is|was|are|were) down to|because of", "cause"),
        (r"up to|at most|no more than", "maximum"),
        (r"at least|no less than", "minimum"),
    )
)
_DOES = stem("does")  # says nothing of what is done
# "gehalten", "abgestellt": what German verbs become behind "darf" and "wird".
_PARTICIPLE = re.compile(
    r"\b(?P<front>ab|an|auf|aus|ein|mit|nach|vor|weg|zu|zurück)?ge(?P<root>[a-zäöüß]{3,})(?:t|en)\b"
)


def find_phrase_terms(text: str) -> frozenset[str]:
    """Stems of the words that a text's phrases stand for, and of the verbs that its German participles are of."""
    flat = " ".join(text.split())
    said = {term for phrase, term in _PHRASES if phrase.search(flat)}
    return frozenset(said.union(map(_find_verb, _PARTICIPLE.finditer(flat)) if "ge" in flat else ()))


def find_verb_phrase(text: str) -> str | None:
    """The stem of what a phrase at the begin of a text stands for: "took over the mill" is "replaced the mill"."""
    return next((term for phrase, term in _PHRASES if term != _DOES and phrase.match(text)), None)


def _find_verb(participle: re.Match[str]) -> str:
    root = participle["root"]
    return stem(fold(f"{participle['front'] or ''}{root}{'n' if root.endswith('e') else 'en'}"))

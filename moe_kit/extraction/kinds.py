"""Kinds of answer: which one a question asks for, and where a text holds one."""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache

import msgspec

from moe_core.text.late_pattern import LatePattern
from moe_kit.extraction.german import put_in_english

_NUMBER = r"(?<![\w.,])\d++(?:[.,]\d++)*+"  # possessive, as a long row of figures must not be tried twice
_WORDED = (
    r"(?:no|none|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    r"|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:one|two|three"
    r"|four|five|six|seven|eight|nine))?|(?:a|one|two|three|four|five|six|seven|eight|nine|several)? ?(?:hundred"
    r"|thousand|million|billion|dozen)s?|both|a (?:single|couple|pair|dozen|few)|half(?: an?)?"
    r"|keine[rn]?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|hundert|tausend)"
)
_QUANTITY = rf"(?:{_NUMBER}(?:\s?(?:thousand|million|billion|bn))?|\b{_WORDED}\b)"
_MONTHS = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan\.?|Feb\.?|Mar\.?|Apr\.?|Jun\.?|Jul\.?|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?"
    r"|Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember)"
)
_DAYS = (
    r"(?:(?:[Mm]on|[Tt]ues|[Ww]ednes|[Tt]hurs|[Ff]ri|[Ss]atur|[Ss]un)days?"
    r"|(?:Mon|Diens|Donners|Frei|Sams|Sonn)tags?|Mittwochs?)"
)
_YEAR = r"(?<![\w.,/-])(?:1[0-9]|20)\d{2}(?!\w|[.,]\d| ?(?:m|km|kg|cm|mm|l|W|kW|V)\b)"
_SPANS_OF_TIME = (
    r"(?:seconds?|minutes?|hours?|days?|nights?|weeks?|fortnights?|months?|years?|decades?|centur(?:y|ies)"
    r"|Sekunden?|Minuten?|Stunden?|Tage?n?|Wochen?|Monate?n?|Jahre?n?)"
)

_DATE = LatePattern(
    rf"(?<!\d)\d{{4}}-\d{{2}}-\d{{2}}(?!\d)|(?<!\d)\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}(?!\d)"
    rf"|(?:\b\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?)?\b{_MONTHS}(?:\s+\d{{1,2}}(?:st|nd|rd|th)?\b)?(?:,?\s+\d{{4}})?(?!\w)"
    r"|\bthe \d{1,2}(?:st|nd|rd|th)\b"
    r"|\b(?:(?:\d{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth|last)\s+(?:\w+\s+)?(?:day|week|month|year)"
    rf"|(?:first|second|third|fourth|last) {_DAYS}(?: of (?:the|each|every) (?:month|year))?)\b"
    rf"|{_YEAR}|\b{_DAYS}\b|\b(?:the )?\d{{3,4}}s\b|\b(?:\d{{1,2}}(?:st|nd|rd|th)|first|second|last|next) century\b"
    r"|\b(?:in|this|last|next|early|late|every|each)\s+(?:early\s+|late\s+)?(?:spring|summer|autumn|fall|winter)\b"
    r"|\b(?:im|diesen|dieses|nächsten|nächstes|letzten|letztes|jeden|jedes|vor dem|nach dem|bis zum|seit dem)\s+"
    r"(?:frühen\s+|späten\s+)?(?:Frühling|Frühjahr|Sommer|Spätsommer|Herbst|Winter)s?\b"
    r"|\b(?:zu|an|vor|nach|seit|bis|ab)\s+(?:Ostern|Weihnachten|Pfingsten|Silvester|Neujahr|Fasching)\b"
    r"|\b(?:at|before|after|since|until|from)\s+(?:Easter|Christmas|Whitsun|Michaelmas|New Year)\b"
    r"|\b(?:jeden|jede|jedes)\s+\w+|\b(?:täglich|wöchentlich|monatlich|jährlich|werktags|montags|dienstags|mittwochs|donnerstags|freitags|samstags|sonntags)\b"
    r"|\b(?:yesterday|today|tomorrow|daily|nightly|weekly|fortnightly|monthly|quarterly|yearly|annually)\b"
    rf"|\b(?:every|each)\s+(?:\w+\s+)?(?:day|night|week|month|quarter|year|morning|evening|weekday|weekend)s?\b"
    rf"|{_QUANTITY}\s+(?:working\s+|calendar\s+|business\s+)?{_SPANS_OF_TIME}\s+(?:after|before|ago|from|later|earlier"
    r"|ahead|in advance|beforehand)\b|\b(?:at once|immediately|straight away|sofort)\b"
    rf"|\bwithin\s+{_QUANTITY}\s+(?:working\s+|calendar\s+|business\s+)?{_SPANS_OF_TIME}\b"
)
_AHEAD = "at from until till to by before after and or between around about um ab bis von gegen und vor nach"
_AHEAD_OF_CLOCK = "|".join(rf"(?<=\b{word} )" for word in _AHEAD.split())
_CLOCK = LatePattern(
    r"(?<![\d.:])(?:[01]?\d|2[0-4]):[0-5]\d(?:[:.][0-5]\d)?(?!\d)(?:\s?[ap]\.?m\b\.?)?"
    # "8.15" is an amount as well: a word beside it tells
    rf"|(?:\A|\n|(?<=- )|{_AHEAD_OF_CLOCK})(?:[01]?\d|2[0-4])\.[0-5]\d(?![\d.,]*\d)(?:\s?[ap]\.?m\b\.?)?"
    r"|(?<![\d.:])(?:[01]?\d|2[0-4])\.[0-5]\d(?=\s?(?:[ap]\.?m\b|Uhr|to\b|until\b|bis\b|[–-]\s?\d))(?:\s?[ap]\.?m\b\.?)?"
    r"|(?<![\d.:])\d{1,2}\s?(?:[ap]\.?m\b\.?|o['’]clock|Uhr|h(?![\w/]))|\b(?:noon|midnight|midday|dawn|dusk|sunrise|sunset)\b"
    r"|\b(?:half|quarter) (?:past|to) \w+",
    re.IGNORECASE,
)
# "12.00" by itself, as price lists have it; not a time of day, a version, a share or a measure.
_PLAIN_AMOUNT = (
    r"(?<![\w.,:/-])(?<!\bat )(?<!from )(?<!until )(?<!till )(?<!before )(?<!after )(?<!ab )(?<!bis )(?<!von )(?<!um )"
    r"(?<!to )(?<!by )(?<!version )"
    r"\d+[.,]\d{2}(?![\w.,:/%-]*\w|\s?(?:[ap]\.?m\b|o['’]clock|Uhr|h\b|to\b|bis\b|until\b|[–%°²-]|"
    r"(?:mm|cm|m|km|kg|g|mg|t|l|ml|V|W|A|bar|Hz|GB|MB|hours?|minutes?|met(?:re|er)s?|lit(?:re|er)s?|Liter|Stunden)\b))"
)
_MONEY = LatePattern(
    rf"(?:[£$€¥₹]|\b(?:USD|EUR|GBP|CHF|NOK|SEK|DKK|JPY))\s?\d+(?:[.,]\d+)*(?:\s?(?:k|m|bn|thousand|million|billion)\b)?"
    rf"|{_QUANTITY}\s?(?:[£$€¥₹]|(?:pounds?|pence|dollars?|cents?|euros?|francs?|yen|crowns?|kronor|kroner"
    r"|USD|EUR|GBP|CHF|NOK|SEK|DKK|JPY)\b)|\b(?:free of charge|for free|is free|are free|no charge)\b|(?<=: )free\b"
    rf"|{_PLAIN_AMOUNT}"
    # "The rent is 620.", "it costs 280 at the shop": a figure that nothing else is counted by
    r"|(?:(?<=\bis )|(?<=\bwas )|(?<=\bcosts )|(?<=\bcost )|(?<=\bkostet ))\d+(?:[.,]\d+)?"
    r"(?=\s*(?:[.;,!?](?!\d)|\Z|(?:an?|per|each|in|at|pro|im|bei)\b))",
    re.IGNORECASE,
)
_PERCENT = rf"{_QUANTITY}\s?(?:%|(?:per ?cent|percent|percentage points)\b)"
_UNITS = {
    "length": r"mm|cm|m|km|millimet(?:re|er)s?|centimet(?:re|er)s?|met(?:re|er)s?|kilomet(?:re|er)s?|inch(?:es)?|ft"
    r"|in\.|foot|feet|yards?|miles?|nautical miles?|stor(?:e?ys?|ies)"
    r"|floors?|fathoms?|Metern?|Kilometern?|Zentimetern?",
    "weight": r"mg|g|kg|t|grams?|grammes?|kilos?|kilograms?|tons?|tonnes?|lbs?|pounds?|ounces?|oz|stone"
    r"|Gramm|Kilogramm|Tonnen?",
    "time": r"ms|s|min|h|hrs?|" + _SPANS_OF_TIME[3:-1],
    "age": r"years?(?:[- ]old)?|months?(?:[- ]old)?|Jahren?|Monaten?",
    "speed": r"km/h|kph|mph|m/s|knots?|kn|(?:miles|kilomet(?:re|er)s|met(?:re|er)s) (?:an|per) (?:hour|second)|rpm",
    "temperature": r"°\s?[CF]?|degrees?(?: Celsius| Fahrenheit)?|K",
    "area": r"m²|km²|m2|ha|hectares?|acres?|square (?:met(?:re|er)s?|feet|kilomet(?:re|er)s?|miles?)|sq\.? ?(?:ft|m)",
    "volume": r"ml|l|m³|lit(?:re|er)s?|gallons?|pints?|Litern?|cubic (?:met(?:re|er)s?|feet)|barrels?",
    "size": r"m²|km²|m2|ha|hectares?|acres?|square (?:met(?:re|er)s?|feet|kilomet(?:re|er)s?|miles?)|sq\.? ?(?:ft|m)"
    r"|mm|cm|m|km|met(?:re|er)s?|[KMGT]i?B|bytes?|lit(?:re|er)s?|people|persons?|pages?",
    "sound": r"dB(?:\s?\(A\))?|decibels?",
    "light": r"lumens?|lm|lux|lx|candelas?|cd|nits?",
    "physical": r"W|kW|MW|GW|watts?|kilowatts?|megawatts?|hp|horsepower|V|kV|volts?|A|amps?|amperes?|Nm|N|bar|Hz|kHz"
    r"|MHz|GHz|kWh|MWh|GWh|joules?|kJ|[KMGT]i?B|bytes?|bits?|dB",
}
_RANGE = rf"(?:{_QUANTITY}\s?(?:to|or|bis|oder|[–-])\s?)?"  # "one to two weeks" is one answer
_MEASURES = {
    name: LatePattern(rf"{_RANGE}{_QUANTITY}(?:\s|-|\u202f|\xa0)?(?:{units})(?![\w²³])")
    for name, units in _UNITS.items()
}
_MEASURES["age"] = LatePattern(
    rf"(?<!after )(?<!for )(?<!in )(?<!within )(?<!every ){_QUANTITY}(?:\s|-)?(?:{_UNITS['age']})"
    r"(?!\w|\s+(?:at|in|later|ago|after|before|as|with|from)\b)|\b(?:under|over|below|above|aged?|unter|über|ab)\s\d{1,3}\b(?![.,:]\d)"
)
_SPEED_FIRST = "|".join((_UNITS["speed"], *_UNITS.values()))  # "km/h" begins with a length
_MEASURES["amount"] = LatePattern(rf"{_QUANTITY}(?:\s|-|\u202f|\xa0)?(?:{_SPEED_FIRST})(?![\w²³])")
_ANY_QUANTITY = LatePattern(rf"{_PERCENT}|{_QUANTITY}", re.IGNORECASE)
_VERSION = LatePattern(r"\bv?\d+(?:\.\d+)+(?:[-+.]?(?:alpha|beta|rc|dev|a|b|post)[-.]?\d*)?\b")
_MAIL = r"(?<![\w.+-])[\w.+-]{1,64}+@[\w-]++(?:\.[\w-]++)+"
_SITE = r"https?://\S+[\w/]|\bwww\.[\w.-]+\w"
_PHONE = r"(?<![\w.,-])(?!\d{4}-\d\d-\d\d)\+?\d[\d ()/-]{4,}\d(?!\w|[,:]\d)"
_CONTACTS = {
    "": LatePattern(f"{_MAIL}|{_SITE}|{_PHONE}"),
    "mail": LatePattern(_MAIL),
    "site": LatePattern(f"{_SITE}|(?<![@\\w.-])(?:[\\w-]+\\.)+(?:com|org|net|io|de|eu|uk|example)\\b(?:/\\S*\\w)?"),
    "phone": LatePattern(_PHONE),
}
# What a line of a chat begins with: when, and who says it, "[09:12] kit: ", "12.03.24, 18:05 - Anna: ", "<kit> ".
CHAT_STAMP = LatePattern(
    r"\s*(?:(?:[\[(](?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4},?\s+)?\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:\s?[ap]m)?[\])]"
    r"|\d{1,4}[./-]\d{1,2}[./-]\d{1,4},?\s+\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:\s?[ap]m)?)\s*(?:[-–]\s+)?"
    r"(?:<[^<>\n]{1,30}>|[^\W\d_][^:\n]{0,30}:)|(?:\d{1,2}[:.]\d\d\s+)?<[^<>\s]{1,30}>)(?=\s+\S)",
    re.IGNORECASE,
)
_COLOUR = LatePattern(
    r"\b(?:(?:dark|light|pale|bright|deep)[- ])?(?:\w+-)?(?:red|blue|green|yellow|white|black|brown|gr[ea]y|orange"
    r"|purple|violet|pink|beige|turquoise|silver|golden|cream|crimson|scarlet|navy|maroon"
    r"|rot|blau|grün|gelb|weiß|schwarz|braun|grau|rosa|lila)\b",
    re.IGNORECASE,
)
_OFTEN = LatePattern(
    rf"\b(?:once|twice|{_WORDED} times?|\d+ times?)\b(?: (?:an?|per|every) \w+)?|\b(?:every|each) [\w ]{{0,20}}?"
    rf"(?:{_SPANS_OF_TIME}|morning|evening|afternoon|weekday|{_DAYS})\b|\b(?:daily|nightly|weekly|fortnightly|monthly|quarterly|yearly|annually|hourly)\b"
    rf"|\balle {_QUANTITY} {_SPANS_OF_TIME}|\bjede[nrs]? \w+|\b(?:täglich|wöchentlich|monatlich|jährlich|einmal"
    r"|zweimal)\b(?: (?:pro|im|am|in der) \w+)?",
    re.IGNORECASE,
)


class AnswerKind(StrEnum):
    """What an answer is made of."""

    WHEN = "when"
    COUNT = "count"
    MONEY = "money"
    OFTEN = "often"
    VERSION = "version"
    CONTACT = "contact"
    COLOUR = "colour"
    NAME = "name"


class AskedKind(msgspec.Struct, frozen=True):
    """A kind of answer that a question asks for.

    Attributes:
        kind: None for a measure, which `dimension` tells.
        dimension: A key of the units that its number must have, such as "length"; of a contact, "mail" or "phone".
    """

    kind: AnswerKind | None
    dimension: str = ""


_DIMENSIONS = {
    "big": "size", "large": "size", "high": "length", "tall": "length", "deep": "length",
    "wide": "length", "far": "length", "thick": "length",
    "heavy": "weight", "old": "age", "fast": "speed", "hot": "temperature",
    "cold": "temperature", "warm": "temperature", "loud": "sound", "noisy": "sound", "bright": "light",
}  # fmt: skip
_NOUNS = {
    "height": "length", "length": "length", "width": "length", "depth": "length", "distance": "length",
    "weight": "weight", "mass": "weight", "age": "age", "speed": "speed", "temperature": "temperature", "area": "area",
    "volume": "volume", "capacity": "volume", "duration": "time", "power": "physical", "voltage": "physical",
    "torque": "physical",
}  # fmt: skip
_HOW = re.compile(rf"\bhow ({'|'.join(_DIMENSIONS)})\b(?! ahead| in advance)", re.IGNORECASE)
_HOW_MUCH_OF = re.compile(
    r"\bhow much (?!more\b|less\b|of\b|is\b|are\b|was\b|were\b|do|did\b|will\b|can\b)\w+", re.IGNORECASE
)
_HOW_MUCH_WEIGHS = re.compile(r"\b(?:how much|what) (?:does|do|did) .*\bweigh\b", re.IGNORECASE)
# What is "high" and no length: an amount of money, or of anything.
_AMOUNTS = re.compile(
    r"\bhow high (?:is|was|are|were) (?:the |der |die |das )?(?:\w+ ){0,2}?(?:\w*(?:deposit|rent|fee"
    r"|price|cost|fine|bill|salary|tax|payment"
    r"|percentage|rate|amount|charge|limit|risk|penalty|kaution|miete|geb.hr|preis|kosten|strafe|rechnung|gehalt"
    r"|zahlung|betrag|beitrag|rate|anteil|zins\w*|steuer))s?\b",
    re.IGNORECASE,
)
_HOW_LONG_IS = re.compile(r"\bhow long (?:is|was|are|were)\b", re.IGNORECASE)
_HOW_LONG = re.compile(r"\bhow (?:long(?! ago)|soon|quickly|far (?:ahead|in advance))\b", re.IGNORECASE)
_NOUN = re.compile(
    rf"\bwhat(?:['’]s| is| was| are| were) (?:the |its |their )(?:\w+ )?({'|'.join(_NOUNS)})\b"
    rf"|\b(?:what|which) ({'|'.join(_NOUNS)})\b",
    re.IGNORECASE,
)
_ASKS = (
    (AnswerKind.OFTEN, re.compile(r"\bhow (?:often|frequently)\b|\bhow many times\b", re.IGNORECASE)),
    (
        AnswerKind.MONEY,
        re.compile(
            r"\bhow much (?:money|is|are|was|were|does .*\bcosts?|do .*\bcosts?|did .*\bcosts?|did .*\bpay|does .*\bpay"
            r"|.*\bcosts?\b|.*\bpaid\b|.*\bcharged?\b|.*\bearns?\b)|\bwhat (?:does|do|did)"
            r" .*\b(?:costs?|earn|charge|pay)\b"
            r"|\bhow much (?:did|do|does|must|should|will|would) .*\b(?:pay|earn|spend|charge|bring|raise"
            r"|fetch|donate|owe|sell|give|receive|get|ask|lend|borrow|save|win|lose)\b"
            r"|\bwhat (?:is|was|are|were) the (?:\w+ ){0,2}(?:price|cost|fare|fee|rent|salary|wage|deposit|fine"
            r"|charge)s?\b",
            re.IGNORECASE,
        ),
    ),
    (AnswerKind.COUNT, re.compile(r"\bhow many\b", re.IGNORECASE)),
    (
        AnswerKind.WHEN,
        re.compile(
            r"(?:\A\W*|[,;?]\s*|\b(?:and|so|but|since|until|till|by|from|me|us|know|say|tell)\s+)when\b"
            r"|\bhow (?:early|late)\b|\b(?:what|which) (?:year|date|day|month|week"
            r"|weekday|time|century|decade|season)\b|\bhow long ago\b|\b(?:since|untill?|till|by) when\b"
            r"|\bwhat (?:is|was) the (?:\w+ )?(?:date|deadline)\b",
            re.IGNORECASE,
        ),
    ),
    (AnswerKind.VERSION, re.compile(r"\b(?:what|which) (?:\w+ )?(?:version|release)\b", re.IGNORECASE)),
    (
        AnswerKind.CONTACT,
        re.compile(
            r"\b(?:what|which)(?:['’]s)?\s(?:(?!if\b|when\b|happens?\b|should\b|must\b|do\b)[\w'’&.-]+\s){0,6}"
            r"(?:e-?mail|phone|telephone|fax|website|web site|url|web address)\b"
            r"|\bhow (?:can|do|could) (?:i|we|one|you) (?:reach|contact|phone|call|e-?mail)\b",
            re.IGNORECASE,
        ),
    ),
    (
        AnswerKind.COLOUR,
        re.compile(r"\b(?:what|which) colou?rs?\b|\bwhat (?:is|are|was|were) the colou?rs?\b", re.IGNORECASE),
    ),
    (
        AnswerKind.NAME,
        re.compile(
            r"(?:\A\W*|[,;?]\s*|\b(?:and|so|but|by|to|of|with|from|for|in|on)\s+)(?:who|whom|whose)(?:['’]s)?\b",
            re.IGNORECASE,
        ),
    ),
)
# "Phone number of the vet", "date of the meeting": a question that is a noun only.
_TELEGRAM = re.compile(
    r"\A(?:(?:e-?mail|phone|telephone|fax|website|date|deadline|height"
    r"|length|width|depth|distance|weight|age|speed|capacity|duration|power|voltage)\b|colou?rs?\b)(?!.*\b(?:is|are|was"
    r"|were|does|do|did)\b)",
    re.IGNORECASE,
)
_CLOCK_TIME = re.compile(r"\b(?:what|which) time\b(?! of (?:the )?year)", re.IGNORECASE)
_WHICH_YEAR = re.compile(r"\b(?:what|which) year\b", re.IGNORECASE)
_HOLDS_YEAR = re.compile(r"(?:1\d|20)\d\d|\d{3,4}s|century")
_CONTACT_WORDS = {
    "mail": re.compile(r"\be-?mail", re.IGNORECASE),
    "site": re.compile(r"\b(?:website|web site|url|web address)\b", re.IGNORECASE),
    "phone": re.compile(r"\b(?:phone|telephone|call|fax)\b", re.IGNORECASE),
}
_FINDERS = {
    AnswerKind.COUNT: (_ANY_QUANTITY,),
    AnswerKind.MONEY: (_MONEY,),
    AnswerKind.WHEN: (_DATE, _CLOCK),
    AnswerKind.OFTEN: (_OFTEN,),
    AnswerKind.VERSION: (_VERSION,),
    AnswerKind.COLOUR: (_COLOUR,),
}


def find_asked_kinds(question: str) -> tuple[AskedKind, ...]:
    """The kinds of answer that a question asks for, each once; () when none of those known here."""
    question = _TELEGRAM.sub(r"what is the \g<0>", put_in_english(question))
    found = [AskedKind(kind, _find_dimension(kind, question)) for kind, pattern in _ASKS if pattern.search(question)]
    if AskedKind(AnswerKind.OFTEN) in found:
        found = [asked for asked in found if asked.kind is not AnswerKind.COUNT]
    if re.search(r"\bhow high\b", question, re.IGNORECASE):
        found.append(AskedKind(AnswerKind.MONEY))  # a fee is high, too
    if not found and _HOW_MUCH_OF.search(question):
        found.append(AskedKind(None, "amount"))
    if _AMOUNTS.search(question):
        return tuple(asked for asked in found if asked.kind is not AnswerKind.MONEY)
    if _HOW_MUCH_WEIGHS.search(question):
        found = [asked for asked in found if asked.kind is None] + [AskedKind(None, "weight")]
    found += [AskedKind(None, _DIMENSIONS[match[1].lower()]) for match in _HOW.finditer(question)]
    found += [AskedKind(None, _NOUNS[(match[1] or match[2]).lower()]) for match in _NOUN.finditer(question)]
    if _HOW_LONG_IS.search(question):
        found += [AskedKind(None, "length"), AskedKind(None, "time")]
    elif _HOW_LONG.search(question):
        found.append(AskedKind(None, "time"))
    return tuple(dict.fromkeys(found))


def _find_dimension(kind: AnswerKind, question: str) -> str:
    if kind is AnswerKind.WHEN:
        return "clock" if _CLOCK_TIME.search(question) else "year" if _WHICH_YEAR.search(question) else ""
    return _find_contact(question) if kind is AnswerKind.CONTACT else ""


def _find_contact(question: str) -> str:
    return next((name for name, pattern in _CONTACT_WORDS.items() if pattern.search(question)), "")


# Words that ask for a kind: an answer of the kind says as much without them.
_SAID_BY_ANSWER = {
    AnswerKind.MONEY: "kostet kosten kostete teuer money cost costs price prices pay paid pays charge charged"
    " charges worth",
    AnswerKind.OFTEN: "often frequently times oft",
    AnswerKind.WHEN: "early late date day year month time week weekday",
    AnswerKind.VERSION: "version release",
    AnswerKind.COLOUR: "colour color colours colors",
    AnswerKind.CONTACT: "e mail email address phone telephone number fax website web site"
    " url reach contact call adresse"
    " telefonnummer telefon nummer rufnummer lautet",
}
_SAID_BY_MEASURE = {
    "length": "hoch lang breit tief high height tall long length wide width deep depth far distance thick",
    "weight": "heavy weight mass weigh weighs schwer wiegt",
    "age": "old age aged alt",
    "speed": "fast speed",
    "volume": "capacity volume hold holds",
    "size": "big large size area",
    "area": "area size",
    "physical": "power voltage torque",
    "sound": "loud noisy noise",
    "light": "bright brightness",
    "temperature": "hot cold warm temperature",
    "time": "soon quickly far ahead advance long duration last lasts take takes lange dauert dauern gilt gelten",
}
# What a length is told to be; another one's word beside the number makes it another length.
_LENGTHS = (
    frozenset(("high", "height", "tall", "storeys", "stories")),
    frozenset(("long", "length")),
    frozenset(("wide", "width", "broad", "across")),
    frozenset(("deep", "depth")),
    frozenset(("far", "distance", "away", "from")),
    frozenset(("thick", "thickness")),
)


def find_implied(question: str, text: str, asked: AskedKind) -> frozenset[str]:
    """Words of a question that a text says by holding an answer of the kind: "40 kg" says "heavy".

    Args:
        question: Its words, in lower case.
        text: The text's.
        asked: What the question asks for.
    """
    words = frozenset(re.findall(r"\w+", question.lower()))
    said = _SAID_BY_MEASURE.get(asked.dimension, "") if asked.kind is None else _SAID_BY_ANSWER.get(asked.kind, "")
    implied = words & frozenset(said.split())
    if not implied or not find_answers(text, asked):
        return frozenset()
    if asked.dimension == "length":
        there = frozenset(re.findall(r"\w+", text.lower()))
        wanted = [names for names in _LENGTHS if names & words]
        if not any(names & there for names in wanted) and any(names & there for names in _LENGTHS):
            return frozenset()
    return implied


def names_dimension(text: str, dimension: str) -> bool:
    """Whether a text says a unit of a dimension, or the dimension itself, as the head of a column may do."""
    words = "|".join(_SAID_BY_MEASURE.get(dimension, "").split()) or "(?!)"
    return re.search(rf"\b(?:{_UNITS[dimension]}|{words})\b", text) is not None if dimension in _UNITS else False


@lru_cache(maxsize=16_384)  # each agent of a run looks into the same sentences
def find_answers(text: str, asked: AskedKind) -> tuple[tuple[int, int], ...]:
    """Where a text holds an answer of a kind: [start, end) of each, in order, none within another.

    Names are not found here: what a name is, the case of a whole text tells.
    """
    text = text.replace("\n", " ")  # a line's end within a phrase is no border
    if asked.kind is AnswerKind.CONTACT:
        finders: tuple[LatePattern, ...] = (_CONTACTS[asked.dimension],)
    elif asked.dimension == "clock":
        finders = (_CLOCK,)
    else:
        finders = _FINDERS.get(asked.kind, ()) if asked.kind is not None else (_MEASURES[asked.dimension],)
    spans = sorted(
        (match.span() for finder in finders for match in finder.regex.finditer(text)),
        key=lambda span: (span[0], -span[1]),
    )
    stamp = CHAT_STAMP.regex.match(text)
    if stamp is not None:  # when something was said is no time that it tells
        spans = [span for span in spans if span[0] >= stamp.end()]
    if asked.dimension == "year":
        spans = [span for span in spans if _HOLDS_YEAR.search(text, *span)]
    return tuple(_without_inner(spans))


def _without_inner(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    stop = -1
    for start, end in spans:
        if start >= stop and end > start:
            yield start, end
            stop = end

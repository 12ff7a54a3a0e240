"""The words by which follow-ups are told, English and German, folded."""

import re

QUESTION_WORDS = frozenset(
    """who whom whose what which when where why how
    wer wem wen wessen was welche welcher welches welchen welchem wann wo wohin woher warum weshalb wieso wie wieviel
    wieviele womit wozu wodurch wofür worüber""".split()
)
AUXILIARIES = frozenset(
    """is are was were be been do does did has have had can could will would shall should may might must
    ist sind war waren wurde wurden wird werden hat haben hatte hatten kann können konnte konnten muss müssen musste
    darf dürfen soll sollen sollte will wollen wollte gibt gab""".split()
)
BE = frozenset("is are was were be been ist sind war waren wurde wurden wird werden".split())
ENGLISH = frozenset("the of did does is it its that what who when where why how which were are they she he his".split())
DETERMINERS = frozenset(
    """the a an this that these those each every all both some any no its his her their our my your
    der die das den dem des ein eine einen einem einer eines kein keine jeder jede jedes alle beide
    sein seine seinen seinem seiner ihr ihre ihren ihrem ihrer unser unsere""".split()
)
PREPOSITIONS = frozenset(
    """in on at by for from to with without about after before since until till during of into over under between
    against through per as than towards near within
    im am auf bei mit ohne nach vor seit bis von vom zu zum zur für gegen über unter durch um aus während zwischen
    wegen laut""".split()
)
CLAUSE_MARKS = frozenset(
    """and or but since when while if because that who which where before after until although so than
    und oder aber seit als wenn weil dass ob bevor nachdem bis obwohl""".split()
)
# What a question may consist of that asks for one more fact, and names nothing: "and for how long?", "in welchem Jahr?"
SMALL_WORDS = (
    QUESTION_WORDS
    | PREPOSITIONS
    | frozenset(
        """and or und oder rate amount terms number few little low wenig wenige niedrig
        much many long often far high big large old late soon early exactly else more less so ever
        year month day date time price cost amount place order people one ones kind sort way reason person
        viel viele lange oft weit hoch teuer groß alt genau sonst noch jahr monat tag datum uhrzeit zeit preis betrag
        ort grund denn the a an der die das""".split()
    )
)
# Words that say nothing of what a question is about.
FILLERS = frozenset(
    """there now today still again ever next happen happened happens left altogether
    jetzt heute da noch immer passiert geschehen geschah""".split()
)
LEADS = re.compile(
    r"(?:(?:and|but|so|also|then|ok|okay|well|now|or|und|aber|also|dann|oder|na|gut)\b[\s,]*)+", re.IGNORECASE
)
TAILS = re.compile(r"[\s,]*(?:\b(?:then|exactly|please|though|denn|eigentlich|bitte|genau))?[\s?!.]*\Z", re.IGNORECASE)
INSTEAD = re.compile(
    r"(?:(?:what|how)\s+about|what\s+(?:of|if\s+it\s+is)|(?:was|wie)\s+(?:ist|war|sieht\s+es|steht\s+es)\s+"
    r"(?:denn\s+)?(?:mit|bei|in|um)|wie\s+ist\s+es\s+mit|the\s+same\s+for|dasselbe\s+für)\s+(?P<what>.+?)"
    r"(?:\s+aus)?\Z",
    re.IGNORECASE | re.DOTALL,
)
MORE = re.compile(
    r"(?:(?:please\s+)?(?:tell|give|show)\s+(?:me|us)\s+)?(?:some\s+|any\s+)?(?:more|details|further\s+details)"
    r"(?:\s+details|\s+please)?|go\s+on|explain(?:\s+more)?|(?:erzähl\s+)?mehr(?:\s+dazu|\s+darüber)?|weiter|"
    r"(?:mehr\s+)?einzelheiten|genauer",
    re.IGNORECASE,
)
AGAIN = re.compile(
    r"(?:are\s+you\s+)?(?:really|sure|certain)(?:\s+about\s+that)?|is\s+(?:that|this)\s+(?:true|right|so|certain)|"
    r"wirklich|(?:bist\s+du\s+|ist\s+das\s+)?sicher|stimmt\s+das",
    re.IGNORECASE,
)
# "Who came after him": in what?
SUCCESSION = re.compile(
    r"\b(?:after|before|succe\w+|follow\w*|replac\w+|predecess\w+|nach|vor|nachfolg\w*|vorgäng\w*|folgte|abgelöst)\b",
    re.IGNORECASE,
)
SUPERLATIVE = re.compile(
    r"(?:the|a|der|die|das|den)\s+(?:\w+est\w*|most\s+\w+|first|second|third|last|other)", re.IGNORECASE
)
# Nouns that are one of something: "the total cost" of what?
RELATIONAL = frozenset(
    """cost costs price reason result outcome total sum budget estimate limit deadline date year name age size height
    weight length author owner successor predecessor difference amount bill work project job matter cause answer vote
    kosten preis grund ergebnis summe datum jahr name alter größe höhe länge gewicht autor eigentümer nachfolger
    vorgänger unterschied betrag rechnung arbeit arbeiten ursache""".split()
)
PEOPLE = frozenset("he she him her his hers himself herself er ihm ihn".split())
# "sie", "ihr" and "ihnen" may be one, or several.
MANY = frozenset("they them their theirs themselves sie ihr ihnen".split())
THINGS = frozenset("it its itself es".split())
# "How long did it take?": what took long is what is told, and no thing in it.
COURSES = frozenset("take takes took taken last lasts lasted happen happens happened dauert dauerte gedauert".split())
DEEDS = frozenset("do did done doing decide decided".split())
# "took it over", "set the mill up": such a word ends what is named.
PARTICLES = frozenset("up down off out away back".split())
# Words in "-ed" that are no verbs: without a vowel before it, in "-eed", and some that are made of these.
NOUNS_IN_ED = re.compile(
    r"[^aeiouy]*ed|(?!(?:agr|fr|decr|guarant|disagr)eed)\w*eed"
    r"|(?:boat|wood|cow|water|blood|cart|goods|tool|bike)shed|(?:sea|river|flower|lake|reed|seed|flat)bed|hundred"
)
PEOPLE_NOUNS = re.compile(
    r"(?:engineer|chair|director|councillor|doctor|treasurer|secretary|captain|mayor|president|minister|farmer|lawyer"
    r"|architect|nurse|clerk|tenant|driver|writer|painter|founder|leader|member|officer|inspector|surveyor|author|baker"
    r"|miller|teacher|builder|manager|owner|boss|wife|husband|daughter|son|mother|father|brother|sister|friend"
    r"|scientist|ecologist|biologist|\w+(?:master|wright|woman|man|keeper|holder|maker|ist|ian)"
    r"|\w*(?:ingenieur|leiter|vorsitzende|direktor|meister|arzt|ärztin|bürgermeister)(?:in|r)?)s?\Z"
)
# What is said of things, and what of people, where a German word for "it" and "she" is the same.
SAID_OF_THINGS = re.compile(
    r"\b(?:ge)?(?:kost|bau|kauf|verkauf|repar|restaur|renov|eröffn|bezahl|liefer|install|miss|maß|wieg|lieg|gehör"
    r"|groß|hoch|lang|schwer|teuer|breit|tief|funktion|produz|erzeug|hergestellt|wert)\w*",
    re.IGNORECASE,
)
POINTING = frozenset("this these those dies diese dieser dieses diesen diesem jene jener jenes".split())
# "damit", "davon", "dort": a thing of before with a preposition, or its place.
POINTING_ADVERBS = frozenset(
    """dafür damit davon daran darin darauf darüber dazu dagegen dabei danach davor daraus dadurch dort dorthin
    thereof therein thereby""".split()
)
POSSESSIVES = frozenset("his her its their".split())
GERMAN_POSSESSIVES = re.compile(r"(?:sein|ihr)(?:e[nmrs]?)?\Z")
# "this year" is the year in which one asks.
SPANS_OF_NOW = frozenset("year month week morning summer winter spring autumn season jahr monat woche".split())
DUMMY_IT = re.compile(
    r"\bit\s+(?:true|possible|necessary|allowed|worth|rain\w*|snow\w*)\b|\btime\s+is\s+it\b|\bes\s+(?:gibt|gab)\b"
    r"|\b(?:gibt|gab)\s+es\b",
    re.IGNORECASE,
)
# Words at the end of names of what is nobody.
NOT_PEOPLE = frozenset(
    """trust cooperative co-op ltd limited plc inc gmbh ag committee office house mill sound street board power hall
    society station school university museum bank company council harbour harbor island bridge tower road lane quay
    group union association party department ministry court church verein genossenschaft amt haus straße brücke hafen
    schule gemeinde kirche insel mühle january february march april may june july august september october november
    december monday tuesday wednesday thursday friday saturday sunday""".split()
)
PARTICIPLES = frozenset(
    """shut built bought made paid sold held found given put left cut set lost kept taken done won sent spent chosen
    known shown written begun run meant drawn grown laid led said told thought brought caught read right wrong
    late""".split()
)

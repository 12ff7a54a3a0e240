"""Words that people use for the same relation: what a question calls "own", a document may call "belongs to"."""

from functools import lru_cache

from moe_core.text.tokens import fold, stem
from moe_kit.extraction.likeness import TermSet

SAME_RELATION = 0.85  # what another word for a term is worth beside the term itself

_RELATIONS = """
    cost costs price priced charge charges fee fare expensive worth kostet kosten preis
    pay paid pays payable payment bezahlt bezahlen zahlen gezahlt
    own owns owned owner belong belongs property gehört besitzer eigentümer besitzt
    maintain maintains maintained maintainer maintenance service serviced wartet warten gewartet wartung
    repair repairs repaired fix fixes fixed mend mended reparieren repariert reparatur
    choose chose chosen choice select selected pick picked decide decided opted gewählt entschieden ausgewählt
    buy bought buys purchase purchased acquire acquired gekauft kauft kauf
    sell sold sells sale verkauft verkauf
    build built builder construct constructed erect erected construction gebaut erbaut errichtet bau
    begin begins began begun start starts started starting beginning commence commences beginnt begann anfang startet
    end ends ended finish finishes finished expire expires close closes terminate endet ende läuft
    open opens opened opening geöffnet öffnet öffnungszeiten
    close closes closed closing shut shuts geschlossen schließt
    live lives lived living reside resides residence address home wohnt wohnen adresse
    work works worked job employed employ employer arbeitet beschäftigt
    lead leads led leader head heads headed manage manages manager chair chairs chairman chairwoman chairperson chaired
        director run runs leitet leiter leiterin leitung vorsitz
    write wrote written writes author authored geschrieben verfasst autor
    found founded founder establish established create created gegründet gründer gründung
    cause caused causes because reason reasons due led why grund ursache weil
    fail failed fails failure break broke broken breaks fault defect defective kaputt defekt ausgefallen
    weigh weighs weight weighed heavy wiegt gewicht schwer
    hold holds held capacity contain contains volume fits fasst fassungsvermögen
    last lasts lasted take takes took duration long valid dauert dauer lang
    require requires required requirement need needs needed must necessary braucht benötigt nötig
    allow allows allowed permit permits permitted may erlaubt gestattet dürfen darf
    forbid forbidden prohibited banned verboten untersagt
    support supports supported compatible unterstützt
    arrive arrives arrived arrival come comes came ankunft kommt
    leave leaves left depart departs departure abfahrt
    return returns returned back wants zurück
    move moved moves relocate relocated brought
    install installed installation fit fitted fits put eingebaut installiert
    inspect inspected inspection check checked examine examined audit audited auditor geprüft prüft
    clean cleans cleaned cleaning reinigt reinigung putzt
    release released releases publish published issued version veröffentlicht erschienen
    add added adds new introduce introduced introduces hinzugefügt
    remove removed removes removal drop drops dropped delete deleted entfernt
    change changed changes fix fixes fixed adds drops removes update updated geändert
    mean means meaning indicate indicates signal signals bedeutet
    warranty guarantee garantie gewährleistung
    raise raised increase increased rise rises rose erhöht gestiegen
    lower lowered reduce reduced decrease decreased cut gesenkt
    deliver delivery delivered deliveries lieferung geliefert lieferzeit
    salary wage wages earn earns earned pay paid gehalt verdient lohn
    holiday holidays vacation leave urlaub
    company firm business supplier contractor firma unternehmen
    doctor dr physician gp arzt ärztin
    boss manager supervisor chef chefin
    rent rents rental miete
    phone telephone tel mobile telefon telefonnummer rufnummer durchwahl
    email mail e-mail
    site website web webseite
    use uses used usage used benutzt verwendet nutzt genutzt
    keep keeps kept store stores stored retention retain retained aufbewahrt gespeichert
    try tried tries retry retries attempt attempts versuch
    bake baked bakes baking oven backen gebacken
    cook cooked simmer boil boiled kochen gekocht
    deadline due latest frist
    member members mitglied mitglieder
    meet meets met meeting meetings trifft treffen sitzung
    car vehicle auto wagen
    child children kid kids kinder kind
    people persons person serves personen leute
    dog dogs pet pets hund hunde haustier haustiere
    vote votes voted voting abgestimmt stimmen
    agree agreed agreement accept accepted approve approved vereinbart beschlossen genehmigt
    propose proposed suggest suggested proposal vorgeschlagen vorschlag
    speed fast quick quickly
    size big large small area größe groß fläche
    amount sum total quantity betrag summe
    invoice bill rechnung
    licence license licensed lizenz
    sign signed signs signature unterschrieben unterzeichnet
    win won wins winner gewonnen
    teach teaches taught teacher lehrer
    born birth birthday birthdate geboren geburtstag
    die died dies death gestorben
    marry married wife husband spouse verheiratet
    severe severity serious
    trigger triggered triggers
    handle handles handled responsible charge zuständig verantwortlich
    call calls called name named names heißt
    late delay delayed verspätet
    error errors fault message fehler
    latest newest current recent neueste aktuelle
    lose loses lost loss verloren
    break breaks broke broken damage damaged destroy destroyed spoil spoiled
    lend lent lends borrow borrowed geliehen
    park parking parkplatz
    smoke smoking rauchen
    refund refunded reimburse reimbursed money-back erstattet
    cancel cancelled cancellation cancels terminate notice kündigen kündigung
    teach taught instruct instructor course
    present presented presents presenter
    play plays played player instrument
    make makes made maker manufacturer manufactured produced produces producer
    attend attended attends present attendees participants anwesend
    absent apologies excused abwesend entschuldigt
"""
# Verbs that join anything to anything: the sentence that answers has another one, or none.
LIGHT_WORDS = frozenset(
    stem(word)
    for word in """have has had get gets got give gives given offer offers offered provide provides make makes made do
    go goes gone come comes take takes took say says said tell call called name set put run use used want need needs
    work happen happened ask asks asked like include includes contain contains
    must should shall during happen happens within each muss sollte während
    people person employee employees visitor visitors guest guests customer customers user users client clients
    resident residents
    exact exactly currently actually really please high hoch gibt geben bietet macht hat haben gilt""".split()
)


def _read_relations() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    rows: list[str] = []
    for line in _RELATIONS.strip("\n").split("\n"):
        if line.startswith("     "):
            rows[-1] += line
        else:
            rows.append(line)
    for row in rows:
        stems = {stem(fold(word)) for word in row.split()}
        for term in stems:
            found.setdefault(term, set()).update(stems)
    return {term: frozenset(others) for term, others in found.items()}


_BY_TERM = _read_relations()


@lru_cache(4096)
def find_related(term: str) -> frozenset[str]:
    """Stems that are used for the same relation as a stem; none for most."""
    return _BY_TERM.get(term, frozenset()) - {term}


def find_level(term: str, there: TermSet) -> float:
    """How well a text says a term, in [0, 1]: itself, a form of it, a compound with it, or another word for it."""
    level = there.find_likeness(term)
    if level < SAME_RELATION and any(there.has(other) for other in find_related(term)):
        return SAME_RELATION
    return level

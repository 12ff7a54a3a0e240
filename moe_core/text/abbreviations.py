"""Words whose stop does not end a sentence: English, German, French and Spanish, lower case without the last stop."""

# A name, a number or an explanation follows.
ALWAYS_OPEN = frozenset(
    (
        "p.s mr mrs ms messrs dr drs prof st ste mt ft sr sra sres srta dna hon rev fr lt sgt maj gen col capt "
        "cmdr gov sen rep vs cf viz e.g i.e eg ie ca approx ed eds trans esp incl dept hr hrn dipl ing z.b "
        "d.h u.a u.u o.ä s.o s.u i.d.r bzw evtl ggf inkl vgl hrsg geb gest sog str m mm mgr me p.ex c.-à-d "
        "env av apr c.à.d p.ej pág págs ud uds vd vds ee lic excmo excma"
    ).split()
)

# An abbreviation before a number ("No. 5", "Fig. 2", "Abs. IV"), an ordinary word otherwise.
OPEN_BEFORE_NUMBER = frozenset(
    (
        "no nos nr vol vols p pp fig figs sec sect ch chap art arts abs eq tab ref refs para col ver v s f ff "
        "bd kap núm n° pt op lot tel ext § jan feb mar apr jun jul aug sep sept oct nov dec ann app reg cl"
    ).split()
)

# May end a sentence; does when a word follows that often starts one.
OPEN_UNLESS_STARTER = frozenset(
    (
        "etc inc ltd co corp bros plc llc jr sr esq dist ave blvd rd sq a.m p.m u.s u.k u.n e.u u.s.a d.c b.c "
        "a.d ph.d m.a b.a jan feb mar apr jun jul aug sep sept oct nov dec usw u.s.w uvm jh mio mrd tsd st "
        "ee.uu j.-c cía s.a s.l max min"
    ).split()
)

# "am 3. Mai", "im 19. Jahrhundert": an ordinal, not the end.
ORDINAL_NOUNS = frozenset(
    (
        "Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember "
        "Jahrhundert Jahrhunderts Jahrhunderten Jh Jahrtausend Auflage Kapitel Klasse Platz Stock Stockwerk "
        "Geburtstag Weltkrieg Tag Woche Monat Jahr Mal Lebensjahr Kompanie Etage Rang Runde Spieltag Minute"
    ).split()
)

STARTERS = frozenset(
    (
        "The A An In It He She They We You I This That These Those There Then Thus Its His Her Their Our My "
        "Your But And Or So However When While After Before As At For From On If By With Since Although "
        "Though Today Later Both Each Some Many Most All No Not One Two What Who Why How Where Which Is Are "
        "Was Were Do Does Did Der Die Das Ein Eine Er Sie Es Wir Ich Ihr Im Am Auf Mit Nach Aber Und Doch "
        "Dann Dort Hier Diese Dieser Dieses Le Les Une Il Elle Ils Elles Nous Vous Je Ce Cette Ces Dans Mais "
        "Puis Ensuite El Los Las Una Se En Su Sus Este Esta Pero Después Luego"
    ).split()
)

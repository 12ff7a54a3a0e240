"""The control words of rich text that matter to its reader."""

# Groups whose text is not the document's.
SKIPPED_GROUPS = frozenset(
    """fonttbl colortbl stylesheet info pict object objdata datastore themedata colorschememapping latentstyles
    listtable listoverridetable revtbl rsidtbl generator fldinst bkmkstart bkmkend annotation atnid atnauthor atndate
    atnref atnicn atrfstart atrfend xe tc sn sv filetbl userprops operator comment xmlnstbl mmathPr pgptbl fchars
    lchars ftnsep ftnsepc aftnsep aftnsepc ftncn aftncn nonshppict pnseclvl pn docvar factoidname""".split()
)
# Groups that are marked as ones to be skipped by readers who do not know them, and hold text all the same.
KNOWN_GROUPS = frozenset(("shpinst", "shptxt", "footnote"))
MARGINS = frozenset("header headerl headerr headerf footer footerl footerr footerf".split())
SIGNS = {
    "tab": " ",
    "line": "\n",
    "emdash": "—",
    "endash": "–",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "~": "\xa0",
    "_": "-",
    "{": "{",
    "}": "}",
    "\\": "\\",
}
CHARSETS = {
    0: "cp1252",
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    134: "gb18030",
    136: "big5",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
}

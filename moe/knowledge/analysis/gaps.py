"""What stands between two words, as far as it tells whether they are of one name."""

IS_SPACE = 1  # nothing but a space
IS_INITIAL_STOP = 2  # a stop and a space, as behind an initial
JOINS = 4  # what names hold between their words
HAS_STOP = 8  # a stop is among it: only behind an initial, "Dr" or "St" it joins
IS_ONE = 16  # a single character

_JOINTS = frozenset(" .'’-\u00a0")
_LONGEST_JOINT = 3
_MOST_KNOWN = 1 << 12


class GapKinds(dict[str, int]):
    """Flags by what stands between; looking a gap up finds them."""

    def __missing__(self, gap: str) -> int:
        """Classify a gap; long ones, of which there are too many to know, are all alike."""
        if len(gap) > _LONGEST_JOINT:
            return 0
        if len(self) >= _MOST_KNOWN:
            self.clear()
        kind = self[gap] = _classify(gap)
        return kind


def _classify(gap: str) -> int:
    kind = IS_ONE if len(gap) == 1 else 0
    if gap == " ":
        return kind | IS_SPACE | JOINS
    if gap == ". ":
        kind |= IS_INITIAL_STOP
    if _JOINTS.issuperset(gap):
        kind |= JOINS
    return kind | (HAS_STOP if "." in gap else 0)

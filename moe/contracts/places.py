"""Places that a run's answer speaks of."""

import msgspec


class MapPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A point on the Earth that the answer speaks of.

    Attributes:
        latitude: Degrees of WGS84, -90 to 90; north is positive.
        longitude: -180 to 180; east is positive.
        label: What lies there.
        citations: Numbers of the citations that name it, from 1; none for what a tool worked with or brought besides.
    """

    latitude: float
    longitude: float
    label: str
    citations: tuple[int, ...] = ()

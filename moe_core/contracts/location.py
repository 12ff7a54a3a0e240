"""A point on the Earth at which something lies that was found."""

from dataclasses import dataclass

_LATITUDE_MAX = 90.0
_LONGITUDE_MAX = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A point on the Earth, in degrees of WGS84, as GPS and maps on the web have them.

    Attributes:
        latitude: From -90 to 90; north is positive.
        longitude: From -180 to 180; east is positive.
        label: What lies there, in a few words.
    """

    latitude: float
    longitude: float
    label: str = ""

    def find_fault(self) -> str:
        """Why no map can show it, in words that follow its label; "" where one can."""
        if not -_LATITUDE_MAX <= self.latitude <= _LATITUDE_MAX:
            return f"latitude {self.latitude:g} is not between -90 and 90"
        if not -_LONGITUDE_MAX <= self.longitude <= _LONGITUDE_MAX:
            return f"longitude {self.longitude:g} is not between -180 and 180"
        if self.latitude == 0 == self.longitude:
            return "0, 0 stands for a place that is not known"
        return ""


def tell_unmapped(label: str, fault: str) -> str:
    """What is told of something that is left off the map."""
    return f"{label}: {fault}; it is not on the map." if label else f"{fault}; it is not on the map."

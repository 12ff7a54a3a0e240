"""The codes that modelfile errors and warnings carry, so that programs and docs can name them."""

from enum import StrEnum


class Code(StrEnum):
    """One code a kind of mistake; those from MOE101 on are warnings."""

    NO_FROM = "MOE001"
    UNKNOWN_INSTRUCTION = "MOE002"
    SPACE_EXPECTED = "MOE003"
    NAME_EXPECTED = "MOE004"
    MESSAGE_ROLE = "MOE005"
    NO_VALUE = "MOE006"
    ONE_WORD = "MOE007"
    QUOTE_OPEN = "MOE008"
    BRACKET_OPEN = "MOE009"
    KEY_EXPECTED = "MOE010"
    COLON_EXPECTED = "MOE011"
    KEY_TWICE = "MOE012"
    TEXT_AFTER_VALUE = "MOE013"
    BLOCK_VALUE = "MOE014"
    BAD_ESCAPE = "MOE015"
    COMMA_EXPECTED = "MOE016"
    AMBIGUOUS_COLON = "MOE017"
    TOO_DEEP = "MOE018"
    NUMBER_RANGE = "MOE019"
    NOT_TEXT = "MOE020"
    UNREADABLE = "MOE021"
    ROLE = "MOE022"
    PARAMETER_VALUE = "MOE023"
    SCHEMA = "MOE024"
    SETTING = "MOE025"

    GIVEN_AGAIN = "MOE101"
    UNKNOWN_PARAMETER = "MOE102"
    DEPRECATED_PARAMETER = "MOE103"

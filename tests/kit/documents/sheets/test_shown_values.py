from datetime import UTC, date, datetime, time, timedelta

import pytest

from moe_kit.documents.sheets.shown_values import show_value


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (None, "General", ""),
        (True, "General", "TRUE"),
        ("as it is", "0.00", "as it is"),
        (250.0, "General", "250"),
        (0.1 + 0.2, "General", "0.3"),
        (48200, "General", "48200"),
        (1e20, "0.00", "1e+20"),
        (float("nan"), "0.00", ""),
        (0.15, "0%", "15%"),
        (0.1234, "0.0%", "12.3%"),
        (1234.5, "#,##0.00", "1,234.50"),
        (1234.5, '#,##0.00 "€"', "1,234.50 €"),
        (1234.5, "[$€-407] #,##0", "€ 1,235"),
        (-1234.567, '"£"#,##0.00;[Red]-"£"#,##0.00', "-£1,234.57"),
        (-4, "$#,##0", "-$4"),
        (0.125, "0.00", "0.13"),
        (-0.001, "0.0", "0.0"),
        (5.5, "0.##", "5.5"),
        (5, "0.##", "5"),
        (12345678, "#,##0,", "12,346"),
        (42, "00000", "00042"),
        (3, '0 "kg"', "3 kg"),
        (12, '"No. "0', "No. 12"),
        (5, "_-* #,##0.00\\ _€_-", "5.00"),
        (1.5, "0.00E+00", "1.5"),
        (1.5, "# ?/?", "1.5"),
        (7, "@", "7"),
        (datetime(2026, 3, 14, tzinfo=UTC), "dd/mm/yy", "2026-03-14"),
        (datetime(2026, 3, 14, 9, 30, tzinfo=UTC), "", "2026-03-14 09:30"),
        (datetime(2026, 3, 14, 9, 30, 5, tzinfo=UTC), "", "2026-03-14 09:30:05"),
        (date(2026, 3, 14), "", "2026-03-14"),
        (time(9, 30), "", "09:30"),
        (timedelta(hours=30, minutes=5), "[h]:mm", "30:05"),
    ],
)
def test_values_are_written_as_a_sheet_shows_them(value: object, number_format: str, text: str) -> None:
    assert show_value(value, number_format) == text

"""What returns add up to, worked out here once more from the authorities' own figures."""

import pytest


def test_a_total_of_returns_is_worked_out_from_sums_and_says_of_how_many(core_dataset):
    """The made-up returns are of all six authorities of the made-up region, and of nobody in England."""
    whole = core_dataset.execute(
        "select measure_id, period, figure.numerator, figure.denominator, value, scale, n_authorities,"
        " n_with_data"
        " from outcomes.core_outcome as figure join meta.measure using (measure_id)"
        " where lane = 'returned' and area_code = 'FIC' and value is not null"
    ).fetchall()
    assert {row[0] for row in whole} >= {"M02", "M03", "M05", "M06", "M12", "M16", "M23"}
    for measure, period, numerator, denominator, value, scale, *counted in whole:
        parts = core_dataset.execute(
            "select numerator, denominator from outcomes.core_outcome"
            " where lane = 'returned' and measure_id = ? and period = ?"
            " and is_fictional and geographic_level = 'Local authority'",
            [measure, period],
        ).fetchall()
        assert counted == [len(parts), len(parts)] == [6, 6]
        assert numerator == pytest.approx(sum(part[0] for part in parts))
        assert denominator == pytest.approx(sum(part[1] for part in parts))
        assert value == pytest.approx(scale * numerator / denominator)
    assert core_dataset.execute(
        "select count(*) from outcomes.core_outcome where lane = 'returned' and not is_fictional"
    ).fetchone() == (0,)

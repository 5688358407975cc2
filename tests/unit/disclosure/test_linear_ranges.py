"""The ranges of numbers of which sums are known, against counting all tables that are possible."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.release.disclosure.linear import Sums, n_whole, ranges

#: Two by two with its margins: 0 1 | 2, 3 4 | 5, 6 7 | 8.
TABLE = [[(2, -1.0), (0, 1.0), (1, 1.0)], [(5, -1.0), (3, 1.0), (4, 1.0)], [(8, -1.0), (6, 1.0), (7, 1.0)]]
TABLE += [[(6, -1.0), (0, 1.0), (3, 1.0)], [(7, -1.0), (1, 1.0), (4, 1.0)], [(8, -1.0), (2, 1.0), (5, 1.0)]]


def truth(cells):
    a, b, c, d = cells
    return np.array([a, b, a + b, c, d, c + d, a + c, b + d, a + b + c + d], dtype=float)


ALL = np.array([truth(each) for each in product(range(9), repeat=4)])


@given(
    st.tuples(*[st.integers(0, 2)] * 4), st.lists(st.booleans(), min_size=9, max_size=9), st.integers(2, 6)
)
@settings(max_examples=60, deadline=None)
def test_a_number_is_narrow_just_where_few_tables_are_possible(cells, withheld, width):
    values, hidden = truth(cells), np.array(withheld)
    lower, upper = np.where(hidden, 0.0, values), np.where(hidden, 8.0, values)
    told = ranges(Sums.of(TABLE, 9), lower, upper, hidden, width)
    possible = ALL[((lower <= ALL) & (upper >= ALL)).all(axis=1)]
    few = n_whole(possible.min(axis=0), possible.max(axis=0)) < width
    assert (told.is_narrow == (few & hidden)).all()
    narrow = told.is_narrow
    assert np.allclose(told.lower[narrow], possible.min(axis=0)[narrow])
    assert np.allclose(told.upper[narrow], possible.max(axis=0)[narrow])


def test_a_sum_that_contradicts_its_parts_says_nothing():
    sums = Sums.of([[(0, -1.0), (1, 1.0), (2, 1.0)]], 3)
    told = ranges(
        sums, np.array([10.0, 20.0, 1.0]), np.array([10.0, 20.0, np.inf]), np.array([0, 0, 1]) == 1, 5
    )
    assert not told.is_narrow.any()

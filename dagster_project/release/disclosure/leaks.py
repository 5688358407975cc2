"""What an attacker finds: a number that was withheld, or should have been, and how narrowly it is known."""

from dataclasses import dataclass, field

from dagster_project.release.disclosure.cells import Cell

#: The ways of finding a number, in words.
KINDS = {
    "small_number": "a small number is shown",
    "small_remainder": "two shown numbers differ by a small number",
    "number_left": "a withheld row still holds a figure",
    "one_count_twice": "a withheld count is shown under another measure",
    "region": "the other areas of the region and its total are shown",
    "region_of_one": "the region has this authority alone",
    "england": "the other regions and England's total are shown",
    "former_area": "areas before and after a reorganisation are shown beside each other",
    "joint_return": "a joint return holds the withheld authority's figure",
    "nested": "it is a part of, or made of, counts that are shown",
    "share": "what it is a share of, and the remainder, are known",
    "none_of_a_group": "the total is nought, so every part is",
    "all_of_a_group": "the total is all of its group, so every part is",
    "several_sums": "several sums together leave it little room",
    "rate": "the figure worked out from it is shown",
    "limits": "limits worked out from it are shown",
    "unrounded": "a figure is worked out from the count before it was rounded",
    "index": "an index worked out from it is shown",
    "comparison": "a comparison tells it",
    "exact_test": "a comparison shows what was worked out from exact counts",
    "sentence": "a sentence tells it",
    "verdict": "a verdict or its reason tells how large it is",
    "shown_before": "an earlier release showed it",
    "earlier_sums": "an earlier release showed what is withheld beside it",
    "moved_total": "a total moved by a small number since an earlier release",
    "printed_elsewhere": "a publisher has printed what is withheld beside it",
}


@dataclass(frozen=True)
class Leak:
    """A way to a number. What it may be is no part of how the leak is told or printed.

    ``n_left`` is how many whole numbers it can still be; 0 where that was not worked out.
    """

    kind: str
    cells: tuple[Cell, ...]
    n_left: int
    lower: float | None = field(default=None, repr=False)
    upper: float | None = field(default=None, repr=False)

    @property
    def line(self) -> str:
        """The leak as one line for a person, never with a number that is withheld."""
        cell = self.cells[0]
        place = f"{cell.measure_id}, area {cell.area_code}, period {cell.period} ({cell.role})"
        return f"{place}: {KINDS[self.kind]}"

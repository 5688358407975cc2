"""What may be asked for: returns of authorities that do not exist, for years that follow one another."""

from collections.abc import Sequence

from dagster_project import dictionary


def authorities_asked(authorities: Sequence[str] | None) -> list[str]:
    """The authorities to make returns for, each once: those asked for, or all fictional ones.

    Raises:
        ValueError: one of them is not fictional.
    """
    known = dictionary.fictional_authorities()
    chosen = sorted(known) if authorities is None else list(dict.fromkeys(authorities))
    if real := [code for code in chosen if code not in known]:
        raise ValueError(f"made-up returns are for {', '.join(known)}, not for {real}")
    return chosen


def check_consecutive(years: Sequence[int]) -> None:
    """Refuse years that do not follow one another.

    Raises:
        ValueError: they do not, or there are none.
    """
    if not years or list(years) != list(range(years[0], years[0] + len(years))):
        raise ValueError(f"the years must follow one another, such as 2024 and 2025, not {list(years)}")


def check_described(years: Sequence[int], return_id: str) -> None:
    """Refuse years that the dictionary does not describe for a return.

    Raises:
        ValueError: there is one.
    """
    described = dictionary.years(return_id)
    if unknown := [year for year in years if year not in described]:
        raise ValueError(f"the dictionary describes {described[0]} to {described[-1]}, not {unknown}")

"""Every child an authority meets, cohort by cohort, the same ones in every made-up return about children."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from random import Random

from dagster_project.synthetic.authorities import newcomers, profile
from dagster_project.synthetic.lives import Child, life


def children_of(
    authority: str, cohorts: Iterable[int], children: int, seed: int
) -> Iterator[tuple[Child, Random]]:
    """The children first referred in the years given, each with the generator its events are to come from.

    Each is seeded for itself: the child of a cohort and number is the same in every return, and no life
    depends on how many others were simulated before it.

    Args:
        authority: Its three-digit code.
        cohorts: Years of the first referral, by their ending.
        children: Children in the census file of an authority of average size.
        seed: Another seed, other children.
    """
    habits = profile(authority)
    base = int.from_bytes(sha256(f"{seed} {authority}".encode()).digest()[:8])
    rng = Random()
    for cohort in cohorts:
        for number in range(newcomers(authority, cohort, children)):
            rng.seed(base << 64 | cohort << 32 | number)
            yield life(rng, habits, cohort, number), rng


def care_seed(authority: str, seed: int, child: Child) -> int:
    """What to seed a child's time in care with: apart from its life, which stays as the census shows it."""
    base = int.from_bytes(sha256(f"{seed} care {authority}".encode()).digest()[:8])
    return base << 64 | child.cohort << 32 | child.number

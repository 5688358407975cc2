"""What a perfect warehouse would count from the files, faults and all."""

from dataclasses import dataclass

from dagster_project.synthetic import days
from dagster_project.synthetic.census import Census, episodes
from dagster_project.synthetic.cin.rows import enquiries, protections
from dagster_project.synthetic.lives import Child

#: A plan has lasted two years when it has lasted more days than this.
_TWO_YEARS = 729


@dataclass
class Truth:
    """The counts of one authority and year, from that year's file and, for re-referrals, the earlier ones.

    Attributes:
        authority: Its three-digit code.
        year: The collection year, by its ending.
        children: Children in the file.
        referrals: Referrals dated in the year; those of one child on one day count once, one whose date
            cannot be read not at all.
        referrals_without_child_id: Of those, the ones of a child sent without an id.
        rereferrals: Of those, the ones within twelve calendar months of an earlier referral under the same
            id; None in the first year asked for, whose history is not there.
        children_in_need: Cases referred by 31 March and not closed by then, no further action left out.
        section_47_enquiries: Enquiries started in the year.
        protection_plans_started: Child protection plans started in the year.
        second_protection_plans: Of those, second or later ones.
        protection_plans_open: Child protection plans open on 31 March.
        protection_plans_over_two_years: Of those, the ones open for more than 729 days.
    """

    authority: str
    year: int
    children: int = 0
    referrals: int = 0
    referrals_without_child_id: int = 0
    rereferrals: int | None = 0
    children_in_need: int = 0
    section_47_enquiries: int = 0
    protection_plans_started: int = 0
    second_protection_plans: int = 0
    protection_plans_open: int = 0
    protection_plans_over_two_years: int = 0

    def count(
        self, child: Child, census: Census, child_id: str | None, known: set[tuple[str, int]], is_dated: bool
    ) -> None:
        """Add one child of the file.

        Args:
            child: The child.
            census: The census the file belongs to.
            child_id: The id as sent.
            known: The child's referrals, by id and day, in the files so far; this file's are added.
            is_dated: Whether the referral dates can be read.
        """
        self.children += 1
        shown = episodes(child, census)
        if is_dated and child_id is not None:
            known |= {(child_id, episode.day) for episode in shown}
        for episode in shown:
            if census.covers(episode.day) and is_dated:
                self.referrals += 1
                self.referrals_without_child_id += child_id is None
                if self.rereferrals is not None:
                    self.rereferrals += any(
                        an_id == child_id and days.year_before(episode.day) <= day < episode.day
                        for an_id, day in known
                    )
            self.children_in_need += not episode.is_nfa and episode.closed > census.end
            self.section_47_enquiries += sum(
                census.covers(enquiry.day) for enquiry in enquiries(episode, census)
            )
            for plan in protections(episode, census):
                is_started, is_open = census.covers(plan.day), plan.end > census.end
                self.protection_plans_started += is_started
                self.second_protection_plans += is_started and plan.previous > 0
                self.protection_plans_open += is_open
                self.protection_plans_over_two_years += is_open and census.end - plan.day > _TWO_YEARS

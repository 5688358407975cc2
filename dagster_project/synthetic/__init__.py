"""Made-up returns of authorities that do not exist, from the dictionary, with faults planted in them.

The same children and workers carry through all of them: who is referred in one is assessed, protected and
looked after in the others, and comes back next year.
"""

from dagster_project.synthetic.annex_a.files import write_annex_a
from dagster_project.synthetic.cin.truth import Truth
from dagster_project.synthetic.cin.writing import write_cin
from dagster_project.synthetic.csww.files import write_csww
from dagster_project.synthetic.everything import KINDS, USUAL, write_all
from dagster_project.synthetic.others.aggregates import write_aggregates
from dagster_project.synthetic.others.local_extracts import DECLARATION
from dagster_project.synthetic.planted import Fault
from dagster_project.synthetic.ssda903.files import write_ssda903
from dagster_project.synthetic.written import Written

__all__ = [
    "DECLARATION",
    "KINDS",
    "USUAL",
    "Fault",
    "Truth",
    "Written",
    "write_aggregates",
    "write_all",
    "write_annex_a",
    "write_cin",
    "write_csww",
    "write_ssda903",
]

"""Made-up returns of authorities that do not exist, from the dictionary, with faults planted in them."""

from dagster_project.synthetic.faults import Fault
from dagster_project.synthetic.truth import Truth
from dagster_project.synthetic.writing import Written, write_cin

__all__ = ["Fault", "Truth", "Written", "write_cin"]

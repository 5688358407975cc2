"""Erasing a child or a submission from every place of a workspace, and what retention says is due.

An order is written down first and taken away last, so that one that was killed is finished by whoever comes
next. It holds pseudonyms and ids, never an identifier as it was sent.
"""

from dagster_project.erasure.ordering import Order, OrderError, of_child, of_submissions, pending
from dagster_project.erasure.retention import Due, due
from dagster_project.erasure.working import Erased, alone, built, carry_out, finish, may_name, take_away

__all__ = [
    "Due",
    "Erased",
    "Order",
    "OrderError",
    "alone",
    "built",
    "carry_out",
    "due",
    "finish",
    "may_name",
    "of_child",
    "of_submissions",
    "pending",
    "take_away",
]

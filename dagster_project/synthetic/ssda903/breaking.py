"""Breaking statutory rules in the rows of a child of the looked-after return."""

from dagster_project.synthetic.care.lives import Care
from dagster_project.synthetic.census import Census
from dagster_project.synthetic.rule_faults import Spot, Waiting
from dagster_project.synthetic.ssda903.rows import Row


def break_rule(
    care: Care, census: Census, rows: dict[str, list[Row]], waiting: Waiting
) -> list[tuple[str, str, int]]:
    """Change one row of a child, where a fault that waits suits it.

    Returns:
        The rules that are to fail, each with a table and the number of a row in it.
    """
    found = waiting.take(lambda table: [Spot(row, rows, census, care) for row in rows.get(table, [])])
    if found is None:
        return []
    fault, number = found
    own = rows[fault.table]
    changed = [number]
    if fault.change == "gone":
        del own[number]
    elif fault.change == "twice":
        own.insert(number, dict(own[number]))
        changed.append(number + 1)
    else:
        own[number] |= fault.sent(Spot(own[number], rows, census, care), lambda day: day.strftime("%d/%m/%Y"))
    return [
        (rule, table, each)
        for rule, tables in fault.broken().items()
        for table in tables
        for each in (changed if table == fault.table else range(len(rows[table])))
    ]

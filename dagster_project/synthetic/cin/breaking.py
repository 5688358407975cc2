"""Breaking statutory rules in the lines of a child of the census."""

from dataclasses import dataclass, field
from datetime import date
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement
from xml.sax.saxutils import escape

from dagster_project import dictionary
from dagster_project.dictionary import Table
from dagster_project.synthetic.census import Census
from dagster_project.synthetic.lives import Child
from dagster_project.synthetic.rule_faults import Row, RuleFault, Spot, Waiting

_RETURN, _CHILD = "cin", "child"


@dataclass
class _Element:
    """An element that is a row, what it says, the element that holds it and the row that this stands in."""

    element: Element
    row: Row
    holder: Element | None = None
    above: "_Element | None" = None


@dataclass
class _Rows:
    """The rows of a child, by table."""

    found: dict[str, list[_Element]] = field(default_factory=dict)

    def add(self, table: Table, element: Element, holder: Element | None, above: _Element | None) -> None:
        """Add a row and those that stand in it."""
        row = {each.name: _text(element, _inside(each.path, table)) for each in _own(table)}
        row = {name: text for name, text in row.items() if text is not None}
        added = _Element(element, row, holder, above)
        self.found.setdefault(table.name, []).append(added)
        for below in (each for each in dictionary.tables(_RETURN) if each.parent == table.name):
            *way, name = _inside(below.path, table)
            around = element.find("/".join(way)) if way else element
            for each in around.findall(name) if around is not None else ():
                self.add(below, each, around, added)


def break_rule(
    child: Child, census: Census, lines: list[str], waiting: Waiting
) -> list[tuple[str, str, int]]:
    """Change one row in the lines of a child, where a fault that waits suits it.

    Returns:
        The rules that are to fail, each with a table and the place among the lines where a row of it opens.
    """
    root = ElementTree.fromstring("\n".join(lines))
    rows = _Rows()
    rows.add(_table(_CHILD), root, None, None)
    texts = {table: [each.row for each in held] for table, held in rows.found.items()}

    def spots(table: str) -> list[Spot]:
        return [
            Spot(each.row, texts, census, child, each.above.row if each.above else {})
            for each in rows.found.get(table, [])
        ]

    taken = waiting.take(spots)
    if taken is None:
        return []
    fault, number = taken
    changed = rows.found[fault.table][number]
    flagged = _change(fault, changed, fault.sent(spots(fault.table)[number], date.isoformat))
    opened: dict[int, int] = {}
    lines[:] = _lines(root, lines[0].partition("<")[0], opened)
    return [
        (rule, table, opened[id(element)])
        for rule, tables in fault.broken().items()
        for table in tables
        for element in (flagged if table == fault.table else _flagged(rows, table, changed))
    ]


def _change(fault: RuleFault, changed: _Element, sent: Row) -> list[Element]:
    """Make the change; the elements that now stand for the row."""
    element, holder = changed.element, changed.holder
    if fault.change == "gone" and holder is not None:
        holder.remove(element)
        return []
    if fault.change == "twice" and holder is not None:
        again = ElementTree.fromstring(ElementTree.tostring(element))
        holder.insert(list(holder).index(element), again)
        return [again, element]
    table = _table(fault.table)
    for each in _own(table):
        if each.name in sent:
            _send(element, _inside(each.path, table), sent[each.name])
    return [element]


def _send(element: Element, way: list[str], text: str | None) -> None:
    for name in way[:-1]:
        found = element.find(name)
        element = SubElement(element, name) if found is None else found
    leaf = element.find(way[-1]) if way else element
    if text is None and leaf is not None and way:
        element.remove(leaf)
    elif text is not None:
        (SubElement(element, way[-1]) if leaf is None else leaf).text = text


def _flagged(rows: _Rows, table: str, changed: _Element) -> list[Element]:
    """The row of another table in which the changed one stands; where it stands in none, all there are."""
    held, above = rows.found.get(table, []), changed.above
    while above is not None and not any(above is each for each in held):
        above = above.above
    return [above.element] if above is not None else [each.element for each in held]


def _lines(element: Element, indent: str, opened: dict[int, int]) -> list[str]:
    """The lines of an element as the census is written, and where each element opens among them."""
    lines: list[str] = []

    def write(each: Element, indent: str) -> None:
        opened[id(each)] = len(lines)
        if not len(each):
            lines.append(f"{indent}<{each.tag}>{escape((each.text or '').strip())}</{each.tag}>")
            return
        lines.append(f"{indent}<{each.tag}>")
        for below in each:
            write(below, f"{indent}    ")
        lines.append(f"{indent}</{each.tag}>")

    write(element, indent)
    return lines


def _text(element: Element, way: list[str]) -> str | None:
    return element.findtext("/".join(way)) if way else element.text


def _inside(path: str, table: Table) -> list[str]:
    """The names from a table's element down to one inside it."""
    return [name for name in path.removeprefix(table.path).split("/") if name]


def _own(table: Table) -> list[dictionary.Field]:
    return [each for each in dictionary.fields(_RETURN, table.name) if not dictionary.field_taken_over(each)]


def _table(name: str) -> Table:
    return next(each for each in dictionary.tables(_RETURN) if each.name == name)

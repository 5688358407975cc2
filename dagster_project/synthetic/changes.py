"""What planted faults do to the lines of a file. Each change says what now stands there."""

from collections.abc import Callable
from datetime import date

#: Changes in place the line of an element, or those of its row, given where each is and the value to send.
Change = Callable[[list[str], int, int, str, str], str | None]


def send(lines: list[str], index: int, row: int, field: str, value: str) -> str:
    """The value in place of what was there."""
    del row
    lines[index] = f"{lines[index].partition('>')[0]}>{value}</{field}>"
    return value


def turn_date(lines: list[str], index: int, row: int, field: str, value: str) -> str:
    """The date as dd/mm/yyyy."""
    value = date.fromisoformat(_text(lines[index])).strftime("%d/%m/%Y")
    return send(lines, index, row, field, value)


def send_word(lines: list[str], index: int, row: int, field: str, value: str) -> str:
    """The word for the digit."""
    value = "true" if _text(lines[index]) == "1" else "false"
    return send(lines, index, row, field, value)


def leave_out(lines: list[str], index: int, row: int, field: str, value: str) -> None:
    """No such element."""
    del row, field, value
    del lines[index]


def insert(lines: list[str], index: int, row: int, field: str, value: str) -> str:
    """Another element before the one that is there."""
    del row
    indent = lines[index].partition("<")[0]
    lines.insert(index, f"{indent}<{field}>{value}</{field}>")
    return value


def repeat_row(lines: list[str], index: int, row: int, field: str, value: str) -> str:
    """The whole row once more, before itself."""
    del field, value
    closing = lines.index(lines[row].replace("<", "</"), row)
    lines[row:row] = lines[row : closing + 1]
    return _text(lines[index])


def add_text(lines: list[str], index: int, row: int, field: str, value: str) -> str:
    """Text left behind between two elements."""
    del row, field
    lines[index] += value
    return value


def add_namespace(lines: list[str], index: int, row: int, field: str, value: str) -> str:
    """A namespace on the element, and so on everything inside it."""
    del row, field
    lines[index] = lines[index].replace(">", f' xmlns="{value}">')
    return value


def _text(line: str) -> str:
    return line.partition(">")[2].partition("<")[0]

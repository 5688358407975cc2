"""A strip beside a row: an authority with its interval among its neighbours, its region and England."""

from collections.abc import Iterable

from markupsafe import Markup

_WIDTH, _HEIGHT, _MARGIN = 240, 28, 8
_MIDDLE = _HEIGHT // 2


def strip(
    own: tuple[float, float | None, float | None] | None,
    neighbours: Iterable[float],
    region: float | None,
    england: float | None,
) -> Markup:
    """The strip as SVG. It only repeats the numbers of its row, so that who cannot see it misses nothing."""
    around = list(neighbours)
    values = [each for each in (*(own or ()), *around, region, england) if each is not None]
    if len(values) < 2:
        return Markup("")
    low, high = min(values), max(values)

    def x(value: float) -> str:
        return f"{_MARGIN + (value - low) / ((high - low) or 1) * (_WIDTH - 2 * _MARGIN):.0f}"

    marks = [f'<path class="behind" d="M0,{_MIDDLE}H{_WIDTH}"/>']
    marks += [f'<path class="neighbour" d="M{x(each)},{_MIDDLE - 5}v10"/>' for each in around]
    if england is not None:
        marks.append(f'<path class="england" d="M{x(england)},2v{_HEIGHT - 4}"/>')
    if region is not None:
        marks.append(f'<path class="region" d="M{x(region)},{_MIDDLE - 6}l5,10h-10z"/>')
    if own:
        value, lower, upper = own
        if lower is not None and upper is not None:
            marks.append(f'<path class="own" d="M{x(lower)},{_MIDDLE}H{x(upper)}"/>')
        marks.append(f'<circle cx="{x(value)}" cy="{_MIDDLE}" r="5"/>')
    return Markup(
        f'<svg class="strip" aria-hidden="true" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" '
        f'height="{_HEIGHT}">{"".join(marks)}</svg>'
    )

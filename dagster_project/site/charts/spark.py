"""A small line beside a row: an authority's figures over time, England's behind them."""

from collections.abc import Mapping

from markupsafe import Markup, escape

_WIDTH, _HEIGHT, _MARGIN = 165, 30, 3


def spark(own: Mapping[int, float], england: Mapping[int, float], alternative: str) -> Markup:
    """The line as SVG; years without a figure break it."""
    periods = sorted({*own, *(england if own else ())})
    if len(own) < 2:
        return Markup("")
    values = [*own.values(), *england.values()]
    low, high = min(values), max(values)

    def at(period: int, value: float) -> str:
        x = _MARGIN + (period - periods[0]) / (periods[-1] - periods[0]) * (_WIDTH - 2 * _MARGIN)
        y = _HEIGHT - _MARGIN - (value - low) / ((high - low) or 1) * (_HEIGHT - 2 * _MARGIN)
        return f"{x:.0f},{y:.1f}"

    def path(series: Mapping[int, float]) -> str:
        steps = [
            f"{'L' if period - 1 in series else 'M'}{at(period, series[period])}" for period in sorted(series)
        ]
        return "".join(steps)

    last = max(own)
    x, y = at(last, own[last]).split(",")
    return Markup(
        f'<svg class="spark" role="img" aria-label="{escape(alternative)}" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}"><path class="behind" d="{path(england)}"/>'
        f'<path class="own" d="{path(own)}"/><circle cx="{x}" cy="{y}" r="2.5"/></svg>'
    )

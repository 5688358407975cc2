"""Charts: drawn once when the site is written, so that they show without scripts.

A script may then take a chart over from the same specification, for tooltips and for choosing authorities.
Colours are the stylesheet's own names for them: light, dark and print are decided there alone.
"""

from dagster_project.site.charts.caterpillar import caterpillar
from dagster_project.site.charts.drawing import Chart, script
from dagster_project.site.charts.funnel import funnel
from dagster_project.site.charts.index import indices
from dagster_project.site.charts.trend import trend

__all__ = ["Chart", "caterpillar", "funnel", "indices", "script", "trend"]

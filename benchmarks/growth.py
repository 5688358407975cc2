"""How the cost of a run grows with the returns: ``python -m benchmarks.growth [CHILDREN]``.

Takes in and builds the made-up returns of six authorities at one size and at four times it, and prints what
each step costs and the ratio between the two. A ratio of four is linear; fixed costs make it smaller.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from dagster_project import pipeline, synthetic, warehouse
from dagster_project.settings import Settings, extracts_in

GROWTH = 4


def cpu() -> float:
    """CPU seconds of this process and its ended children, all threads."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def measured(children: int) -> dict[str, tuple[float, float]]:
    """CPU and wall seconds of each step for ``children`` per authority."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), extracts=extracts_in(synthetic.DECLARATION))
        # a child in 18 of a census is a social worker's worth of work
        synthetic.write_all(settings.incoming, children=children, workers=children // 18)
        figures = {}
        for name, step in {
            "intake": lambda: pipeline.take_in(settings),
            "intake again, nothing new": lambda: pipeline.take_in(settings),
            "build and test": lambda: warehouse.build(settings),
            "judge and release": lambda: pipeline.publish(settings),
        }.items():
            began, spent = time.perf_counter(), cpu()
            step()
            figures[name] = cpu() - spent, time.perf_counter() - began
        return figures


def main() -> None:
    """Prints the table."""
    children = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    measured(100)  # imports and caches are paid before anything is counted
    small, large = measured(children), measured(GROWTH * children)
    print(
        f"{'step':28}{'CPU s':>8}{f'CPU s x{GROWTH}':>10}{'ratio':>7}{'wall s':>9}{f'wall s x{GROWTH}':>11}"
    )
    for step, (spent, took) in small.items():
        spent_large, took_large = large[step]
        ratio = spent_large / max(spent, 0.01)
        print(f"{step:28}{spent:8.2f}{spent_large:8.2f}{ratio:7.1f}{took:9.2f}{took_large:8.2f}")


if __name__ == "__main__":
    main()

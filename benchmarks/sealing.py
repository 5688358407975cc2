"""What encryption at rest costs: ``python -m benchmarks.sealing [CHILDREN]``.

Takes in and builds the made-up returns of six authorities, open and then sealed, and prints what each step
costs, the ratio between the two, and the size of what is held.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.growth import cpu
from dagster_project import pipeline, resealing, synthetic, warehouse
from dagster_project.settings import Settings, extracts_in


def measured(children: int, encryption: bool) -> dict[str, float]:
    """CPU seconds of each step for ``children`` per authority, and megabytes held."""
    with tempfile.TemporaryDirectory() as folder:
        extracts = extracts_in(synthetic.DECLARATION)
        settings = Settings(home=Path(folder), extracts=extracts, encryption=encryption)
        synthetic.write_all(settings.incoming, children=children, workers=children // 18)
        steps: dict[str, Callable[[], object]] = {
            "intake, CPU s": lambda: pipeline.take_in(settings),
            "rules, CPU s": lambda: pipeline.check_rules(settings),
            "build and test, CPU s": lambda: warehouse.build(settings),
        }
        figures = {}
        for name, step in steps.items():
            spent = cpu()
            step()
            figures[name] = cpu() - spent
        figures["raw and rules, MB"] = _size(settings.raw) + _size(settings.rule_checks)
        figures["warehouse, MB"] = settings.warehouse.stat().st_size / 1e6
        spent = cpu()
        resealing.reseal(Settings(home=Path(folder), encryption=not encryption))
        figures["ncd reseal to the other, CPU s"] = cpu() - spent
        return figures


def main() -> None:
    """Prints the table."""
    children = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    measured(50, encryption=True)  # imports and caches are paid before anything is counted
    plain, sealed = measured(children, encryption=False), measured(children, encryption=True)
    print(f"{'':34}{'open':>8}{'sealed':>8}{'ratio':>7}")
    for step, figure in plain.items():
        print(f"{step:34}{figure:8.2f}{sealed[step]:8.2f}{sealed[step] / max(figure, 0.01):7.2f}")


def _size(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


if __name__ == "__main__":
    main()

"""Signal or noise: what each figure can bear. Arrays in, arrays out; no files, no database.

``intervals`` says how far a figure is fixed, ``index`` and ``growth`` how far a change is, ``funnel`` and
``control_chart`` what stands out among authorities or along months, ``multiplicity`` what chance alone would
show, ``verdict`` which of four words that earns and ``sentence`` says it. ``comparison`` does all of it for a
table.

A statutory return is a full count: intervals describe the process that made it, not a sample. What the
methods are worth is measured by ``python -m benchmarks.calibration``; ``docs/reference/statistics.md``
explains them.
"""

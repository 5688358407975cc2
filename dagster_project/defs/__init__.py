"""Everything Dagster runs. A module here is found by itself; there is no list to add it to."""

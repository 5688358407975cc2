"""What the system says of a file or folder that it refuses."""

import os


def reason(fault: OSError) -> str:
    """Why, by the number of the fault: its own words may quote a record, those of the system cannot."""
    return os.strerror(fault.errno) if isinstance(fault.errno, int) else type(fault).__name__

"""What can go wrong with a release, each said in plain lines with the remedy and never with a value."""


class ReleaseError(RuntimeError):
    """A release that could not be made; the previous one stands untouched."""


class UnknownRelease(ReleaseError):
    """A release that was asked for by a name that none has."""


class ReleaseBlocked(ReleaseError):
    """A release held back by critical expectations, one line for each that failed, and what can be done."""

    def __init__(self, lines: list[str], remedy: str = "") -> None:
        self.lines = lines
        super().__init__("\n".join([*lines, remedy] if remedy else lines))


class Leaking(ReleaseBlocked):
    """A release held back because numbers that it withholds can be worked out, one line for each."""

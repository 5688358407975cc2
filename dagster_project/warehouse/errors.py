"""What can go wrong with a build, said in plain lines with the remedy and never with a value."""


class BuildError(RuntimeError):
    """The build stopped; one line per fault or failed node."""


class InUse(BuildError):
    """Another program has the warehouse open; when it is closed there, the same build succeeds."""

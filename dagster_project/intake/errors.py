"""What stops an intake before it begins; a file that cannot be read does not, it is an outcome."""


class IntakeError(RuntimeError):
    """A fault of the workspace, said in one line with the remedy."""


class KeyProblem(IntakeError):
    """The key of the pseudonyms is lost, damaged, or not the one in use."""


class LedgerError(IntakeError):
    """A record under ``raw/`` cannot be read."""

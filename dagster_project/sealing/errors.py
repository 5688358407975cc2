"""What can go wrong with a seal, in one line with the remedy and never with a key."""


class SealingError(RuntimeError):
    """The key is lost, is another one, or what is held is not sealed as the settings say."""

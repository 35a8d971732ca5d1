class CannotRun(Exception):
    """The benchmark, or one of its peers, cannot be run here; the message says why and what to do."""


class WrongAnswer(Exception):
    """A server answered otherwise than it should. Nothing is reported of a run in which that happened."""

"""Who uses what: asked on the token path, which writes nothing. Nothing is counted yet.

When it is, the counts are kept in the process, by application and hour, and written behind the requests.
"""


def count(application: int | None) -> None:
    """One more token was issued to a client of this application (`Standing.application`)."""

"""What `WWW-Authenticate` says: the challenges of Basic (RFC 7617 section 2) and of Bearer (RFC 6750 section 3)."""

BASIC = 'Basic realm="tve", charset="UTF-8"'
# No error code where no token was sent (section 3.1).
BEARER = 'Bearer realm="tve"'
INVALID_TOKEN = f'{BEARER}, error="invalid_token"'


def insufficient_scope(scope: str) -> str:
    """Which scope the call needs (section 3)."""
    return f'{BEARER}, error="insufficient_scope", scope="{scope}"'

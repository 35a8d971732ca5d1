"""What the provider says of its people: the username is the address, the first name how well it knows that address."""

from urllib.parse import urlsplit

from oauth2_provider.oauth2_validators import OAuth2Validator

VERIFIED = {"verified": True, "word": "true", "unverified": False, "word-false": "false"}


class Validator(OAuth2Validator):
    def get_additional_claims(self, request):
        claims = {"name": "Somebody"}
        if request.user.first_name != "nameless":
            claims["email"] = request.user.username
        if request.user.first_name in VERIFIED:
            claims["email_verified"] = VERIFIED[request.user.first_name]
        return claims

    def validate_redirect_uri(self, client_id, redirect_uri, request, *args, **kwargs):
        """The port of the server under test is known to itself alone."""
        parts = urlsplit(redirect_uri)
        return (parts.hostname, parts.path) == ("localhost", "/accounts/oidc/company/login/callback/")

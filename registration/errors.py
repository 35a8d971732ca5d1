"""The words of registration (RFC 7591 section 3.2.2) and of the protected API."""

from oauth import challenges
from oauth.enhanced import EnhancedError
from oauth.errors import ProtocolError


class InvalidRedirectURI(ProtocolError):
    """The value of one or more redirection URIs is invalid (RFC 7591 section 3.2.2)."""

    error = "invalid_redirect_uri"
    description = "The redirect_uri is not below a domain of the application and has none of its schemes."


class InvalidClientMetadata(ProtocolError):
    """The value of one of the client metadata fields is invalid (RFC 7591 section 3.2.2)."""

    error = "invalid_client_metadata"
    description = "A member of the client metadata is missing or not valid."


class InvalidSoftwareStatement(ProtocolError):
    """The software statement presented is invalid (RFC 7591 section 3.2.2)."""

    error = "invalid_software_statement"
    description = "The software statement is not valid. Download it again from the dashboard."


class UnapprovedSoftwareStatement(ProtocolError):
    """The statement presented is not approved for use by this authorization server (RFC 7591 section 3.2.2)."""

    error = "unapproved_software_statement"
    description = "The software statement is well signed but may not register clients here. Ask for a new one."


class UnknownServiceProvider(EnhancedError):
    """No channel of this environment has the id."""

    status = 400
    code = "invalid_parameter_service_provider"
    message = "The service provider in the path is not known here. Check its id in the dashboard."


class ServiceProviderNotCovered(EnhancedError):
    """The channel is not one of the application's: another registration is needed, not another token."""

    status = 401
    code = "invalid_access_token_service_provider"
    action = "application-registration"
    message = "The application does not cover this service provider. Register with an application that does."
    challenge = challenges.INVALID_TOKEN

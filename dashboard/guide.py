"""What the help pages say: each code of the protocol (`docs/protocol.md`) and each state."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registration.models import State


@dataclass(frozen=True)
class Entry:
    """A code: its HTTP statuses, what it means, and what to do, step by step."""

    status: str
    means: str | Promise
    steps: tuple[str | Promise, ...]


WORDS = (
    (
        _("Environment"),
        _(
            "One of four worlds: Prequal and Release, each for Staging and Production. Each has its own configuration, "
            "signing keys, statements and clients; what is pushed in one changes nothing in the others."
        ),
    ),
    (_("Programmer"), _("A media company, such as a TV network. Its ID is the same in every environment.")),
    (_("Channel"), _("A brand of a programmer; apps call it service provider or requestor. It has domains.")),
    (_("Domain"), _("A host to which apps of a channel may come back after the sign-in, and everything below it.")),
    (_("Custom scheme"), _("What stands before :// where an app comes back to itself and not to a web page.")),
    (
        _("Registered application"),
        _(
            "One version of one app, and what it may use: channels, platforms, domains, APIs. Once pushed it can be "
            "narrowed; anything wider is a new application."
        ),
    ),
    (_("Software statement"), _("A signed text, built into the app, with which each installation registers.")),
    (_("Client"), _("One installation of an app. It gets a client ID and a secret by registering, and keeps them.")),
    (_("Draft"), _("What you have changed and not pushed yet. It is yours; other editors can read it.")),
    (
        _("Push"),
        _("Makes a draft live, for one programmer in one environment. Undoing it adds the opposite to your draft."),
    ),
    (_("Viewer, editor"), _("A viewer reads. An editor changes, pushes, and downloads software statements.")),
    (
        _("TAM"),
        _(
            "Technical account manager of the operator: also suspends, revokes and reinstates, grants privileged APIs, "
            "and invites viewers and editors."
        ),
    ),
    (_("Admin"), _("A TAM of every programmer who also keeps TAMs, signing keys and settings.")),
)

ERRORS = {
    "invalid_request": Entry(
        "400, 405, 413, 421, 431",
        _("The request is not shaped as this URL expects, so nothing was looked at further."),
        (
            _("Check the method, the URL and the Content-Type: JSON to register, a form to get a token."),
            _("Send every parameter once. Credentials go in the body, not in the query string or a Basic header."),
            _("421: the host name belongs to no environment. Use the host that the dashboard's curl lines show."),
        ),
    ),
    "invalid_client": Entry(
        "400, 401",
        _("The client ID and secret are not good here: unknown, wrong, or revoked with their client or application."),
        (
            _("Throw the credentials away, register again with the app's software statement, and use the new ones."),
            _("If registering is refused too, the application was revoked: update the app, or ask its programmer."),
        ),
    ),
    "unauthorized_client": Entry(
        "400",
        _("The application is suspended. The credentials are right and will work again."),
        (
            _("Keep the credentials: do not register again."),
            _("Try again later. The application's page in the dashboard says why it is suspended, and by whom."),
        ),
    ),
    "unsupported_grant_type": Entry(
        "400",
        _("Clients of this server get tokens with their own credentials, and in no other way."),
        (_("Send grant_type=client_credentials."),),
    ),
    "invalid_scope": Entry(
        "400",
        _("The request asks for a scope that the application does not have. Nothing is narrowed silently."),
        (
            _("Leave scope out to get all that the application has, or ask for less."),
            _("The application's page in the dashboard lists the APIs that it may call."),
        ),
    ),
    "invalid_redirect_uri": Entry(
        "400",
        _("The redirect URI is not one that the application may use."),
        (
            _("Use https on one of the application's domains or below it, or a custom scheme of its channel."),
            _("A domain that was removed from the channel, or a scheme that was retired, is refused from then on."),
            _("An empty string is refused; leave redirect_uri out to register without one."),
        ),
    ),
    "invalid_client_metadata": Entry(
        "400",
        _("A member that describes the client is missing, of the wrong type, or not supported here."),
        (
            _("Read error_description: it names the member and says what it must be."),
            _("Leave out what the app does not need. The software statement is always needed."),
        ),
    ),
    "invalid_software_statement": Entry(
        "400",
        _("The software statement itself is not good: its shape, signature, key, environment or time."),
        (
            _("Copy or download the statement again; nothing may be added or cut off."),
            _("Check that the app talks to the environment whose name is in the statement's file name."),
            _("If it has expired, issue a new one on the application's page."),
        ),
    ),
    "unapproved_software_statement": Entry(
        "400",
        _("The statement is well signed, but its application takes no new clients from this device now."),
        (
            _("Look at the application's state in the dashboard: closed, suspended, revoked or removed ones refuse."),
            _("Check that the statement was not revoked, and that the device's platform is ticked."),
        ),
    ),
    "invalid_token": Entry(
        "401",
        _("The access token is missing, malformed, expired or no longer good."),
        (_("Get a new token with the client's credentials and send the request again, once."),),
    ),
    "insufficient_scope": Entry(
        "403",
        _("The token is good, but lacks the scope that this call needs."),
        (_("Use an application that may call this API. A TAM grants the privileged ones."),),
    ),
    "invalid_access_token_client_application": Entry(
        "401",
        _("The access token, or the client or application that it belongs to, is no longer good."),
        (
            _("Get a new token with the client's credentials."),
            _("If that answers invalid_client, register again with the software statement."),
        ),
    ),
    "invalid_access_token_service_provider": Entry(
        "401",
        _("The application does not cover the channel (service provider) in the path."),
        (
            _("Check the channel ID in the path."),
            _("Register with the statement of an application that covers this channel."),
        ),
    ),
    "invalid_parameter_service_provider": Entry(
        "400",
        _("No channel of this environment has the ID in the path."),
        (_("Check the channel ID in the dashboard, and the environment that the app talks to."),),
    ),
    "application_suspended": Entry(
        "403",
        _("The application is suspended. Its tokens are refused until it is reinstated."),
        (_("Keep the credentials and the token, and try again later."),),
    ),
    "too_many_requests": Entry(
        "429",
        _("Too many requests came from this address in a short time."),
        (
            _("Wait as long as Retry-After says. Keep a token until it expires instead of getting one for each call."),
            _("A server that speaks for many viewers can be listed as trusted; ask a TAM."),
        ),
    ),
    "expired_cursor": Entry(
        "410",
        _("The resource server was away for longer than the revocation feed keeps its events."),
        (
            _("Read the feed again without the parameter after, and forget what was known before."),
            _("Until that is done, answer 503 to requests with a token: what was revoked meanwhile is not known."),
        ),
    ),
    "not_found": Entry(
        "404",
        _("There is nothing at this URL."),
        (_("Check the path against the dashboard's curl lines."),),
    ),
    "temporarily_unavailable": Entry(
        "503",
        _("The server cannot look anything up right now. It says nothing about the credentials."),
        (_("Keep the credentials, wait as long as Retry-After says, and try again."),),
    ),
    "server_error": Entry(
        "500",
        _("Something went wrong on this side."),
        (_("Try again. If it stays, report the X-Request-Id of the answer."),),
    ),
}

STATES = (
    (State.ACTIVE, _("Registers clients and gives tokens."), ""),
    (
        State.CLOSED,
        _("Nobody new can register. Clients that registered go on."),
        _("Undone by whoever closed it: an editor's closing by any editor, a TAM's by a TAM."),
    ),
    (
        State.SUSPENDED,
        _("Clients are refused with unauthorized_client and keep their credentials."),
        _("A TAM reinstates it; then everything goes on as before."),
    ),
    (
        State.REVOKED,
        _("Refused everywhere with invalid_client; devices throw their credentials away."),
        _("A TAM can reinstate it within 30 days."),
    ),
)

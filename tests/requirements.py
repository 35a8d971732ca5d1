"""What the RFCs demand of us, and where it is shown: a test (`file:name`, without their `test_`), or why it does not apply.

`docs/conformance.md` is this table, written by `python -m tests.conformance`; `tests/test_conformance.py` guards both.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Requirement:
    section: str
    demand: str
    tests: tuple[str, ...] = ()
    why_not: str = ""


def shown(section, demand, *tests):
    return Requirement(section, demand, tests)


def apart(section, demand, why_not):
    return Requirement(section, demand, (), why_not)


_NO_AUTHORIZATION = "There is no authorization endpoint, no user and no code: the only grant is client_credentials."
_NO_REFRESH = "No refresh token is issued: a client asks for another token with its credentials."

REQUIREMENTS = {
    "RFC 6749": [
        shown("1.6", "TLS", "checks:an_issuer_that_is_not_https_is_refused_at_deployment"),
        apart("2.1", "client types", "Every client is confidential: it registered with a statement and has a secret."),
        shown(
            "2.2", "an id alone proves nothing", "standard_token:without_credentials_the_answer_is_401_with_a_challenge"
        ),
        shown("2.2", "an id is unique", "register:one_statement_registers_many_clients"),
        shown(
            "2.3",
            "one way of authenticating in a request, not two",
            "standard_token:two_ways_of_authenticating_are_an_invalid_request",
            "token:a_basic_header_is_refused_with_or_without_the_same_credentials_in_the_body",
        ),
        shown(
            "2.3.1",
            "HTTP Basic is supported, with id and secret form-url-encoded",
            "standard_token:client_credentials_get_a_token_in_basic_and_in_the_body",
            "standard_token:basic_credentials_are_form_url_decoded",
        ),
        shown(
            "2.3.1",
            "credentials in the body are never taken from the URL",
            "standard_token:credentials_in_the_query_string_are_refused",
            "token:credentials_in_the_query_string_are_refused",
        ),
        shown(
            "2.3.1",
            "the endpoint is protected against brute force",
            "throttling:a_wrong_secret_costs_the_address_five_and_nobody_is_locked_out",
        ),
        apart("2.3.2", "other ways of authenticating", "None. `client_assertion` is refused."),
        apart("2.4", "unregistered clients", "A client is only what registered with a software statement."),
        apart("3.1", "the authorization endpoint", _NO_AUTHORIZATION),
        shown(
            "3.1.2",
            "a redirection URI is absolute and has no fragment",
            "standard_register:one_redirect_uri_that_is_not_allowed_refuses_all",
        ),
        shown(
            "3.2", "the token endpoint takes POST", "standard_token:other_methods_are_refused_with_those_that_it_takes"
        ),
        shown(
            "3.2",
            "a parameter without a value is as if it were left out",
            "standard_token:a_parameter_without_a_value_is_as_if_it_were_left_out",
        ),
        shown("3.2", "unknown parameters are ignored", "standard_token:unknown_parameters_are_ignored"),
        shown(
            "3.2",
            "no parameter more than once",
            "standard_token:a_form_that_cannot_be_parsed_is_an_invalid_request",
            "token:a_repeated_parameter_is_an_invalid_request",
        ),
        shown(
            "3.2",
            "the URL of the token endpoint has no fragment",
            "metadata:the_metadata_name_the_standard_dialect_and_nothing_else",
        ),
        shown(
            "3.2.1",
            "confidential clients authenticate",
            "standard_token:without_credentials_the_answer_is_401_with_a_challenge",
        ),
        shown(
            "3.3",
            "the granted scope is told, and a scope that cannot be had fails",
            "standard_token:the_scope_that_was_granted_is_told_and_in_the_token",
            "standard_token:a_scope_that_the_application_does_not_have_is_never_dropped_in_silence",
            "token:the_scope_that_was_asked_for_is_granted_whole",
        ),
        shown(
            "3.3",
            "without a scope there is a documented default (all that the application has) or a refusal",
            "standard_token:the_scope_that_was_granted_is_told_and_in_the_token",
            "token:an_application_without_scopes_grants_none",
        ),
        apart("4.1", "4.1 to 4.3: authorization code, implicit, password", _NO_AUTHORIZATION),
        shown(
            "4.4",
            "client credentials are for confidential clients alone",
            "token:client_credentials_get_a_token",
            "standard_register:it_gets_a_token_in_both_dialects",
        ),
        shown(
            "4.4.2",
            "grant_type is client_credentials, and the client authenticates",
            "token:a_missing_or_empty_parameter_is_an_invalid_request",
            "token:another_grant_type_is_unsupported",
        ),
        shown(
            "4.4.3",
            "the answer has no refresh token",
            "standard_token:client_credentials_get_a_token_in_basic_and_in_the_body",
        ),
        apart("4.5", "extension grants", "None: `unsupported_grant_type`."),
        shown(
            "5.1",
            "access_token, token_type, expires_in; no-store and no-cache",
            "standard_token:client_credentials_get_a_token_in_basic_and_in_the_body",
        ),
        shown(
            "5.2",
            "invalid_client is 401 with a challenge of the scheme that was used",
            "standard_token:without_credentials_the_answer_is_401_with_a_challenge",
            "standard_token:another_authorization_scheme_is_401_whatever_the_body_holds",
            "standard_token:basic_that_cannot_be_decoded_or_holds_a_nul_is_401",
        ),
        shown(
            "5.2",
            "unsupported_grant_type, invalid_scope, invalid_request; printable ASCII without quotation mark and backslash",
            "standard_token:checks_come_in_their_order",
            "token:another_grant_type_is_unsupported",
        ),
        apart("6", "refreshing", _NO_REFRESH),
        shown(
            "7",
            "a protected resource validates the token, its expiry and scope",
            "bearer:a_token_expires",
            "bearer:a_missing_scope_is_a_403",
        ),
        apart(
            "8.2",
            "names of further members",
            "`id`, `created_at` and `scopes` are the original's (`docs/protocol.md`, Deliberate deviations).",
        ),
        apart(
            "8.5",
            "error codes of extensions are registered",
            "Those of registered extensions. Ours beyond the RFCs' (`docs/protocol.md`, Errors) keep to the same characters.",
        ),
        shown(
            "10.1",
            "an installation of a native app gets credentials of its own, never those of all",
            "register:one_statement_registers_many_clients",
        ),
        shown(
            "10.2",
            "a client is authenticated wherever it can be",
            "standard_token:without_credentials_the_answer_is_401_with_a_challenge",
            "revocation:the_caller_authenticates_in_basic_or_in_the_body",
        ),
        shown("10.3", "tokens cannot be made, changed or guessed", "jose:no_mutation_of_a_token_is_good"),
        shown(
            "10.3",
            "tokens are confidential in transit and storage",
            "checks:an_issuer_that_is_not_https_is_refused_at_deployment",
            "revocation:what_is_kept_is_the_jti_until_the_token_would_have_expired",
            "logs:no_secret_statement_or_token_is_in_the_log_of_a_whole_journey",
        ),
        apart("10.4", "refresh tokens are kept secret and bound to their client", _NO_REFRESH),
        apart("10.5", "10.5 to 10.7: codes, their redirection, passwords of users", _NO_AUTHORIZATION),
        shown(
            "10.8",
            "tokens and secrets never travel in clear",
            "checks:an_issuer_that_is_not_https_is_refused_at_deployment",
        ),
        shown(
            "10.9",
            "TLS with a certificate at every endpoint",
            "checks:an_issuer_that_is_not_https_is_refused_at_deployment",
        ),
        shown(
            "10.10",
            "secrets are too long to guess",
            "standard_register:secret_and_management_token_have_256_bits_and_are_kept_as_hashes",
        ),
        apart(
            "10.11",
            "10.11 to 10.13: phishing, forged requests and framing of the page of consent",
            _NO_AUTHORIZATION + " The dashboard's own pages have CSRF tokens and `frame-ancestors 'none'`.",
        ),
        shown(
            "10.14",
            "what is received is sanitized and validated",
            "bodies:cr_and_lf_in_values_split_no_header_and_no_log_line",
            "standard_token:a_nul_in_any_parameter_is_400_and_percent_encoded_in_basic_401",
        ),
        apart("10.15", "10.15 and 10.16: redirectors, tokens of the implicit flow", _NO_AUTHORIZATION),
    ],
    "RFC 6750": [
        shown("2", "one way of presenting a token in a request", "bearer:two_authorization_headers_are_one_bad_one"),
        shown("2.1", "the Authorization header is supported", "bearer:the_scheme_is_read_without_case"),
        apart("2.2", "tokens in a form or a query", "Optional, and discouraged by RFC 9700: only the header is read."),
        shown(
            "3",
            "a refusal carries WWW-Authenticate: Bearer with at least one attribute, and none of them twice",
            "bearer:a_token_that_is_none_is_told_so",
            "bearer:a_missing_scope_is_a_403",
            "management:without_the_token_or_with_another_it_is_401",
        ),
        shown("3.1", "no error code where no token was sent", "bearer:without_a_token_the_challenge_has_no_error"),
        shown("3.1", "insufficient_scope is 403, invalid_token 401", "bearer:a_missing_scope_is_a_403"),
        shown(
            "5.2",
            "a token cannot be forged, expires, and has an audience and a scope",
            "jose:no_mutation_of_a_token_is_good",
            "token:lifetime_and_audience_are_settings",
            "bearer:a_token_that_is_wrong_in_one_thing_is_refused",
        ),
        apart("5.2", "tokens in cookies", "No endpoint of the protocol sets or reads a cookie."),
        shown(
            "5.3",
            "TLS, and clients that verify its certificate",
            "checks:an_issuer_that_is_not_https_is_refused_at_deployment",
        ),
    ],
    "RFC 7009": [
        shown(
            "2",
            "revocation of access tokens is supported, over TLS",
            "revocation:a_revoked_token_is_refused_at_once_on_every_surface_and_others_are_not",
            "checks:an_issuer_that_is_not_https_is_refused_at_deployment",
        ),
        apart("2", "revocation of refresh tokens", _NO_REFRESH),
        shown(
            "2.1",
            "the client authenticates; the token must be its own",
            "revocation:the_caller_authenticates_in_basic_or_in_the_body",
            "revocation:somebody_elses_token_is_answered_the_same_and_nothing_happens",
        ),
        shown("2.1", "the hint may be ignored; all token types are searched", "revocation:a_hint_makes_no_difference"),
        shown(
            "2.1",
            "the invalidation takes place immediately",
            "revocation:a_revoked_token_is_refused_at_once_on_every_surface_and_others_are_not",
        ),
        shown(
            "2.1",
            "a POST of a form with token",
            "revocation:it_takes_a_form_by_post_and_nothing_else",
            "revocation:a_missing_token_is_asked_for_after_the_credentials",
        ),
        shown(
            "2.2",
            "200 for a token that was revoked and for one that is invalid",
            "revocation:what_is_no_token_of_ours_is_answered_the_same_and_nothing_is_kept",
            "revocation:revoking_twice_is_once",
        ),
        shown(
            "2.2.1",
            "errors are those of RFC 6749 section 5.2",
            "revocation:a_missing_token_is_asked_for_after_the_credentials",
        ),
        apart("2.2.1", "unsupported_token_type", "There is one type of token, and it can be revoked."),
        shown(
            "2.2.1",
            "503 with Retry-After where it cannot be done now",
            "database_away:while_the_database_is_away_everything_is_503_and_then_resumes_without_a_restart",
        ),
        apart("2.3", "JSONP", "Optional. Scripts of other origins use CORS."),
        shown(
            "5",
            "nobody finds out tokens by revoking",
            "revocation:somebody_elses_token_is_answered_the_same_and_nothing_happens",
        ),
    ],
    "RFC 7519": [
        shown(
            "4",
            "duplicate claim names are rejected",
            "statements:a_statement_that_is_wrong_in_one_thing_is_refused",
            "bodies:a_member_that_is_sent_twice_is_refused_at_any_depth",
        ),
        shown(
            "4",
            "claims that are not understood are ignored",
            "statements:a_statement_that_is_spelled_otherwise_is_accepted",
            "bearer:a_token_that_is_spelled_otherwise_is_accepted",
        ),
        shown(
            "4.1",
            "claims of the registered names have their types",
            "token:two_libraries_read_the_claims_of_a_token_with_the_published_keys",
            "statements:a_statement_that_is_wrong_in_one_thing_is_refused",
        ),
        shown(
            "4.1.2",
            "a subject is unique under its issuer",
            "register:one_statement_registers_many_clients",
            "bearer:a_token_that_is_wrong_in_one_thing_is_refused",
        ),
        shown(
            "4.1.3",
            "a token for another audience is rejected",
            "bearer:a_token_that_is_wrong_in_one_thing_is_refused",
            "statements:a_statement_that_is_wrong_in_one_thing_is_refused",
        ),
        shown(
            "4.1.4",
            "an expired token is rejected",
            "bearer:a_token_expires",
            "register:an_expired_statement_registers_nobody_and_its_clients_go_on",
        ),
        shown("4.1.5", "a token before its nbf is rejected", "bearer:a_token_that_is_wrong_in_one_thing_is_refused"),
        shown("4.1.7", "jti is unique", "token:every_token_is_another"),
        apart("5.2", "cty of nested JWTs", "Nothing is nested: a payload that is no JSON object is refused (7.2)."),
        shown(
            "5.3",
            "what is replicated in a header is not believed",
            "statements:a_jwk_in_the_header_is_ignored_and_never_verifies",
        ),
        apart("6", "unsecured JWTs", "Refused wherever a JWT is taken: see section 8."),
        shown(
            "7.1",
            "a JWT is made of a header with alg and of claims, and signed",
            "token:two_libraries_read_the_claims_of_a_token_with_the_published_keys",
            "statements:a_statement_says_these_claims_and_no_other",
        ),
        shown(
            "7.2",
            "three parts of base64url; a header that is JSON; extensions that are not understood reject",
            "jose:only_the_canonical_spelling_is_read",
            "jose:any_octets_as_header_and_payload_are_a_token_or_are_none",
        ),
        shown(
            "7.3",
            "strings are compared character by character, without normalization",
            "token:client_ids_are_compared_octet_by_octet",
            "statements:a_statement_that_is_wrong_in_one_thing_is_refused",
        ),
        shown(
            "8",
            "RS256 and ES256",
            "statements:every_algorithm_of_the_setting_signs_statements_that_register",
            "token:the_setting_chooses_another_algorithm",
        ),
        apart(
            "8",
            "HS256 and none",
            "Refused: RFC 8725 section 3.1 and 3.2 weigh more. A keyed hash would let each verifier issue.",
        ),
        shown(
            "11.1",
            "a claim is worth what its signature and its context are worth",
            "register:claims_have_no_authority_of_their_own",
            "bearer:claims_give_no_more_than_the_database",
        ),
        apart("11.2", "signing before encrypting", "Nothing is encrypted."),
        apart(
            "12",
            "claims that concern people are protected",
            "No claim does: a token names a client, an application and its channels.",
        ),
    ],
    "RFC 7591": [
        shown(
            "2",
            "redirect URIs are registered for the flows that use them",
            "standard_register:what_allowed_each_redirect_uri_is_kept",
            "standard_register:without_redirect_uris_the_default_of_the_one_channel_and_with_none_none",
        ),
        apart(
            "2",
            "without grant_types a client means authorization_code",
            "There is one grant. It is put in place of what was sent or left out, as section 3.2.1 allows, and told.",
        ),
        shown(
            "2",
            "metadata that are not understood are ignored",
            "standard_register:what_is_not_supported_or_not_known_is_replaced_or_ignored",
        ),
        shown(
            "2",
            "jwks and jwks_uri are not both there",
            "standard_register:other_wrong_metadata_are_refused_with_what_to_do",
        ),
        shown(
            "2.1",
            "grant types and response types are made consistent",
            "standard_register:what_is_not_supported_or_not_known_is_replaced_or_ignored",
        ),
        apart("2.2", "human-readable metadata by language tag", "Optional. `client_name` is the statement's."),
        shown(
            "2.3",
            "a software statement is a signed JWT with an issuer; its values take precedence",
            "standard_register:the_statements_values_win_over_the_bodys",
            "statements:a_statement_says_these_claims_and_no_other",
        ),
        shown(
            "3",
            "the endpoint takes POST of application/json",
            "standard_register:it_takes_json_only",
            "standard_register:other_methods_are_refused",
        ),
        shown(
            "3", "the endpoint is protected against denial of service", "standard_register:registrations_are_throttled"
        ),
        apart("3", "an initial access token", "Optional. The software statement does its work."),
        shown(
            "3.1",
            "the server gives the client_id, whatever the client asks for",
            "standard_register:what_is_not_supported_or_not_known_is_replaced_or_ignored",
        ),
        shown(
            "3.1.1",
            "a statement that is not trusted is an error",
            "standard_register:a_statement_that_may_not_register_is_unapproved",
            "standard_register:a_statement_that_is_not_good_is_invalid",
        ),
        shown(
            "3.2.1",
            "201 with client_id, client_secret_expires_at and all registered metadata; the statement unmodified; no-store",
            "standard_register:a_statement_registers_a_client",
            "standard_register:the_statement_is_told_as_it_was_sent",
        ),
        shown(
            "3.2.1",
            "what was taken from the statement stands beside it in the answer",
            "standard_register:a_statement_registers_a_client",
            "standard_register:the_statements_values_win_over_the_bodys",
        ),
        shown("3.2.1", "ids are unique", "register:one_statement_registers_many_clients"),
        shown(
            "3.2.2",
            "invalid_redirect_uri, invalid_client_metadata, invalid_software_statement, unapproved_software_statement",
            "standard_register:redirect_uris_of_the_wrong_type_are_refused",
            "standard_register:a_malformed_body_is_invalid_client_metadata",
            "standard_register:a_statement_that_is_not_good_is_invalid",
            "standard_register:a_statement_that_may_not_register_is_unapproved",
        ),
        shown(
            "5",
            "secrets have enough entropy",
            "standard_register:secret_and_management_token_have_256_bits_and_are_kept_as_hashes",
        ),
        shown(
            "5",
            "a statement is no reason to trust what the client says",
            "register:claims_have_no_authority_of_their_own",
        ),
        apart("5", "fetch a client's logo or keys with care", "Nothing that a client names is ever fetched."),
        shown(
            "5",
            "a redirection URI is https, loopback, or a scheme of the app's own",
            "redirects:any_other_redirect_uri_is_refused",
            "redirects:a_redirect_uri_that_something_of_the_application_allows_is_registered",
        ),
        shown(
            "5",
            "what the client says of itself does not override what the statement says",
            "standard_register:the_statements_values_win_over_the_bodys",
        ),
        shown("5", "TLS", "checks:an_issuer_that_is_not_https_is_refused_at_deployment"),
    ],
    "RFC 7592": [
        shown(
            "2", "a method that is not supported is refused", "management:it_takes_get_put_and_delete_and_nothing_else"
        ),
        shown(
            "2",
            "the registration access token is a bearer token of this client alone",
            "management:without_the_token_or_with_another_it_is_401",
        ),
        shown(
            "2.1",
            "reading answers the client information",
            "management:reading_answers_all_metadata_the_statement_and_the_token_as_presented_but_no_secret",
        ),
        shown(
            "2.1",
            "an unknown client is 401, and its token is of no use any more",
            "management:an_unknown_id_is_401_with_any_token",
        ),
        apart(
            "2.1",
            "2.1 to 2.3: 403 where a client has no permission to read, change or delete its registration",
            "Whoever may act may do all three. Who may not act is told 401, as if there were no such client: "
            "nobody learns of a state here.",
        ),
        shown(
            "2.1",
            "current values, which may differ from those that were sent",
            "management:the_statements_values_win_here_too",
        ),
        shown(
            "2.2",
            "an update holds client_id; no registration_access_token, registration_client_uri, client_secret_expires_at, client_id_issued_at",
            "management:the_id_must_be_there_and_right",
            "management:what_the_server_says_may_not_be_sent",
        ),
        shown(
            "2.2",
            "a secret that is sent must be the client's, and is not changed by it",
            "management:a_secret_that_is_sent_must_be_the_clients_and_changes_nothing",
        ),
        shown(
            "2.2",
            "what is left out is reset",
            "management:replacing_answers_the_new_metadata_and_resets_what_was_left_out",
        ),
        shown(
            "2.2",
            "an update is held to the rules of a registration, and its errors are those of RFC 7591",
            "management:metadata_are_held_to_what_they_are_at_registration",
            "management:a_malformed_body_is_invalid_client_metadata",
        ),
        shown(
            "2.3",
            "after DELETE the client and its tokens are refused",
            "management:a_deleted_client_is_refused_everywhere_with_its_tokens_and_its_row_stays",
        ),
        shown(
            "2.3",
            "204, and the registration access token is good for nothing any more",
            "management:a_deleted_client_is_refused_everywhere_with_its_tokens_and_its_row_stays",
        ),
        shown(
            "3",
            "registration_client_uri is a URL of this client, to be used as it is",
            "management:its_own_url_is_the_one_to_ask",
            "standard_register:a_statement_registers_a_client",
        ),
        shown(
            "3",
            "registration_access_token comes with every registration; no answer is kept by caches",
            "standard_register:a_statement_registers_a_client",
            "management:reading_answers_all_metadata_the_statement_and_the_token_as_presented_but_no_secret",
        ),
        shown(
            "5",
            "the token is not guessable and not kept in clear",
            "standard_register:secret_and_management_token_have_256_bits_and_are_kept_as_hashes",
        ),
        shown("5", "TLS", "checks:an_issuer_that_is_not_https_is_refused_at_deployment"),
    ],
    "RFC 7662": [
        shown(
            "2.1",
            "POST of a form; the caller is authorized",
            "introspection:the_caller_authenticates_in_basic_or_in_the_body",
            "introspection:the_token_comes_in_a_form_and_never_in_the_url",
        ),
        shown("2.1", "the hint may be ignored", "introspection:a_hint_is_taken_and_makes_no_difference"),
        shown(
            "2.2",
            "active is a boolean; an inactive token tells nothing else, with 200",
            "introspection:whatever_is_no_good_token_of_ours_gets_one_constant_answer",
        ),
        shown(
            "2.2",
            "what is told is what the caller may know",
            "introspection:a_client_without_the_scope_learns_of_its_own_tokens_only",
        ),
        shown(
            "2.2",
            "a token of somebody else is as inactive as none",
            "introspection:a_client_without_the_scope_learns_of_its_own_tokens_only",
            "introspection:a_token_of_another_environment_is_foreign",
        ),
        shown(
            "2.3",
            "a caller that does not authenticate is 401",
            "introspection:an_unknown_callers_wrong_secret_costs_five_tokens_of_its_address",
        ),
        shown(
            "2.3",
            "an inactive token is no error",
            "introspection:whatever_is_no_good_token_of_ours_gets_one_constant_answer",
        ),
        shown(
            "4",
            "expiry, nbf, revocation and signature are checked",
            "introspection:whatever_is_no_good_token_of_ours_gets_one_constant_answer",
            "introspection:the_state_of_the_tokens_client_counts_and_comes_back",
        ),
        shown(
            "4",
            "a caller is told of the tokens that it may be shown, and of no other",
            "introspection:a_client_without_the_scope_learns_of_its_own_tokens_only",
        ),
        shown(
            "4",
            "the token is never in a URL or a log",
            "logs:no_secret_statement_or_token_is_in_the_log_of_a_whole_journey",
        ),
        shown(
            "4",
            "TLS, and a server that the caller can verify",
            "checks:an_issuer_that_is_not_https_is_refused_at_deployment",
        ),
        shown(
            "4",
            "tokens cannot be tried out: the caller authenticates and is throttled",
            "introspection:an_unknown_callers_wrong_secret_costs_five_tokens_of_its_address",
        ),
        shown(
            "5",
            "no more is told than the resource server needs",
            "introspection:a_good_token_answers_its_claims_to_its_own_client_and_to_a_resource_server",
        ),
    ],
    "RFC 8414": [
        shown(
            "2",
            "issuer, token_endpoint, response_types_supported, the authentication methods",
            "metadata:the_metadata_name_the_standard_dialect_and_nothing_else",
        ),
        apart("2", "authorization_endpoint", _NO_AUTHORIZATION + " The RFC asks for it only where a grant uses it."),
        shown("2", "the issuer has no query and no fragment", "settings:a_bad_value_is_told_in_one_line"),
        apart("2.1", "signed metadata", "Optional."),
        shown(
            "3.1",
            "at the well-known URL, also with the issuer's path behind it",
            "metadata:an_issuer_with_a_path_is_found_with_that_path_behind_the_well_known_url",
        ),
        shown(
            "3.2",
            "200, application/json, no empty list",
            "metadata:the_metadata_name_the_standard_dialect_and_nothing_else",
        ),
        shown(
            "3.3",
            "issuer is the one that was asked for",
            "metadata:each_endpoint_exists_and_each_environment_has_its_own",
            "metadata:neither_host_nor_forwarded_headers_move_the_issuer",
        ),
        shown(
            "4",
            "the issuer is compared as it is, and never taken from the request",
            "metadata:neither_host_nor_forwarded_headers_move_the_issuer",
        ),
        shown("6.1", "TLS", "checks:an_issuer_that_is_not_https_is_refused_at_deployment"),
        shown(
            "6.2",
            "each issuer names its own endpoints and keys",
            "metadata:each_endpoint_exists_and_each_environment_has_its_own",
        ),
    ],
    "RFC 8725": [
        shown(
            "3.1",
            "the algorithm is the key's, whatever the token says",
            "statements:a_statement_that_is_wrong_in_one_thing_is_refused",
            "statements:the_public_key_is_no_hmac_secret",
            "bearer:a_token_that_is_wrong_in_one_thing_is_refused",
            "jwt_attacks:no_forgery_passes_any_surface",
        ),
        shown("3.2", "none is never taken", "statements:a_statement_that_is_wrong_in_one_thing_is_refused"),
        shown(
            "3.2",
            "only algorithms that are current, and each key its own",
            "statements:every_algorithm_of_the_setting_signs_statements_that_register",
            "token:the_setting_chooses_another_algorithm",
        ),
        shown(
            "3.3",
            "every cryptographic check must pass",
            "jose:no_mutation_of_a_character_verifies",
            "jwt_attacks:no_forgery_passes_any_surface",
        ),
        apart(
            "3.4",
            "points of ECDH are validated",
            "No key agreement. A public key is read by `cryptography`, which refuses a point that is not on its curve.",
        ),
        shown(
            "3.5",
            "keys have enough entropy: RSA of 2,048 bits and more",
            "made_and_imported:a_key_that_cannot_be_used_is_refused",
        ),
        apart("3.6", "compression before encryption", "Nothing is encrypted or compressed."),
        shown(
            "3.7",
            "UTF-8 only",
            "statements:a_lone_surrogate_in_the_text_is_a_400_where_pyjwt_alone_raises",
            "jose:any_octets_as_header_and_payload_are_a_token_or_are_none",
        ),
        shown(
            "3.8",
            "the issuer is one that the key belongs to; the subject is known",
            "statements:statements_verify_under_an_issuer_that_the_environment_once_had",
            "bearer:tokens_verify_under_the_current_issuer_only",
            "bearer:a_token_that_is_wrong_in_one_thing_is_refused",
        ),
        shown(
            "3.9",
            "what others verify has an audience, and it is checked; a statement is for its issuer alone",
            "token:lifetime_and_audience_are_settings",
            "bearer:a_token_that_is_wrong_in_one_thing_is_refused",
        ),
        shown(
            "3.10",
            "kid, jku, x5u are not trusted",
            "statements:a_jwk_in_the_header_is_ignored_and_never_verifies",
            "jwt_attacks:no_forgery_passes_any_surface",
        ),
        shown(
            "3.11",
            "explicit types",
            "bearer:a_statement_is_no_bearer_token",
            "statements:an_access_token_is_no_statement",
            "jwt_attacks:no_forgery_passes_any_surface",
        ),
        shown(
            "3.12",
            "kinds of JWT exclude one another",
            "feed:the_feed_is_no_access_token_and_an_access_token_no_feed",
            "statements:a_key_of_another_purpose_signs_no_statement",
        ),
    ],
    "RFC 9068": [
        shown(
            "2.1",
            "signed, never none; typ is at+jwt; RS256 or another asymmetric algorithm",
            "token:two_libraries_read_the_claims_of_a_token_with_the_published_keys",
        ),
        shown("2.1", "RS256 is supported", "token:the_setting_chooses_another_algorithm"),
        shown(
            "2.2",
            "iss, exp, aud, sub, client_id, iat, jti",
            "token:two_libraries_read_the_claims_of_a_token_with_the_published_keys",
            "standard_token:the_token_verifies_with_the_keys_that_the_metadata_name",
        ),
        apart("2.2.1", "2.2.1 and 2.2.2: claims of the sign-in and of the person", _NO_AUTHORIZATION),
        shown(
            "2.2.3",
            "scope, where scopes were asked for",
            "standard_token:the_scope_that_was_granted_is_told_and_in_the_token",
        ),
        apart(
            "2.2.3",
            "each scope means something to the audience",
            "There is one audience, the API, and each scope is one of its parts.",
        ),
        apart("2.2.3.1", "groups, roles and entitlements", "Of a person: " + _NO_AUTHORIZATION),
        shown("3", "a default audience where none was asked for", "token:lifetime_and_audience_are_settings"),
        apart("3", "`resource` chooses the audience", "A SHOULD, of RFC 8707: it is ignored, and the default stands."),
        apart(
            "3",
            "3 and 5: no ambiguous grant; each resource its own audience",
            "There is one resource and one audience.",
        ),
        shown(
            "4",
            "typ, iss, aud, signature and exp are checked; none is refused",
            "bearer:a_token_that_is_wrong_in_one_thing_is_refused",
            "bearer:a_statement_is_no_bearer_token",
        ),
        apart("4", "decryption", "Tokens are not encrypted."),
        shown("4", "a bad token is answered as RFC 6750 says", "bearer:a_token_that_is_none_is_told_so"),
        shown(
            "5",
            "sub of a client is no sub of a user",
            "token:two_libraries_read_the_claims_of_a_token_with_the_published_keys",
        ),
        apart(
            "6",
            "what a token tells about a person",
            "It tells nothing of a person. Apps are told not to read it (`docs/client.md`).",
        ),
    ],
    "RFC 9700": [
        apart("2.1", "redirect flows, PKCE, mix-up defence", _NO_AUTHORIZATION),
        shown(
            "2.1",
            "redirect URIs are registered and hold no pattern; comparing them is of the flows that we do not have",
            "redirects:any_other_redirect_uri_is_refused",
        ),
        shown(
            "2.3",
            "tokens have the least privilege: audience and scope",
            "token:a_narrowed_application_grants_less_at_the_next_request",
            "bearer:claims_give_no_more_than_the_database",
        ),
        apart(
            "2.2.1",
            "sender-constrained tokens",
            "A SHOULD. Shipped televisions hold no key. Tokens live for 6 hours and can be revoked at once.",
        ),
        apart("2.2.2", "refresh tokens are rotated or bound", _NO_REFRESH),
        shown(
            "2.3",
            "the resource server checks audience and scope at each request",
            "bearer:a_missing_scope_is_a_403",
            "bearer:a_token_that_is_wrong_in_one_thing_is_refused",
        ),
        apart(
            "2.4", "no resource owner password credentials", "The grant does not exist here: `unsupported_grant_type`."
        ),
        apart(
            "2.5",
            "asymmetric client authentication",
            "A RECOMMENDED. A statement is asymmetric; what it is exchanged for is a secret of 256 bits, since televisions keep no key.",
        ),
        shown(
            "2.6",
            "metadata are published; TLS end to end",
            "metadata:a_library_that_follows_the_metadata_registers_gets_a_token_and_asks_of_it",
        ),
        shown(
            "2.6",
            "no redirect URI of plain http, except to loopback",
            "redirects:any_other_redirect_uri_is_refused",
            "redirects:a_redirect_uri_that_something_of_the_application_allows_is_registered",
        ),
        shown(
            "2.6",
            "scripts of other origins may call what browsers call (a MAY)",
            "endpoint:a_preflight_is_a_204_with_the_paths_methods_and_the_headers_asked_for",
        ),
        apart(
            "4.1",
            "4.1 to 4.8: redirection, referrers, mix-up, injected codes and tokens, forged requests, PKCE downgrade",
            _NO_AUTHORIZATION,
        ),
        shown(
            "4.3.2",
            "tokens are not in URLs",
            "token:any_credential_in_the_query_string_is_refused_also_beside_good_ones",
        ),
        shown(
            "4.9",
            "a resource server that was broken into: tokens are kept out of logs and are good for one audience",
            "logs:no_secret_statement_or_token_is_in_the_log_of_a_whole_journey",
            "bearer:a_token_that_is_wrong_in_one_thing_is_refused",
        ),
        apart("4.10.1", "sender-constrained tokens", "As 2.2.1."),
        shown(
            "4.10.2",
            "audience-restricted tokens",
            "token:lifetime_and_audience_are_settings",
            "bearer:a_token_that_is_wrong_in_one_thing_is_refused",
        ),
        shown("4.11", "no open redirector", "endpoint:both_spellings_of_a_path_answer_without_a_redirect"),
        apart("4.12", "no 307 with credentials", "No endpoint of the protocol redirects (4.11)."),
        shown(
            "4.13",
            "the proxy's headers are believed of a proxy alone",
            "throttling:the_peer_counts_where_no_proxy_is_trusted_whatever_it_forwards",
            "proxy:nobody_gets_out_of_the_throttle_by_a_header",
        ),
        apart("4.14", "refresh tokens", _NO_REFRESH),
        shown(
            "4.15",
            "a client cannot choose an id that passes for a user's",
            "register:a_statement_registers_a_client",
        ),
        apart("4.16", "4.16 and 4.17: framing and messages of the authorization endpoint", _NO_AUTHORIZATION),
    ],
}

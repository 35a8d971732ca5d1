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


_CLIENTS = "Of the client: its library does it, `docs/client.md` tells it."
_NO_AUTHORIZATION = "There is no authorization endpoint, no user and no code: the only grant is client_credentials."
_NO_REFRESH = "No refresh token is issued: a client asks for another token with its credentials."
_TLS = "TLS ends at the proxy (`config/nginx.conf`); `check --deploy` refuses an issuer that is not https."

REQUIREMENTS = {
    "RFC 6749": [
        apart("1.6", "TLS", _TLS),
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
        apart("4.1", "authorization code, implicit, password", _NO_AUTHORIZATION),
        shown(
            "4.4",
            "client credentials are for confidential clients alone",
            "token:client_credentials_get_a_token",
            "standard_register:it_gets_a_token_in_both_dialects",
        ),
        shown(
            "4.4.3",
            "the answer has no refresh token",
            "standard_token:client_credentials_get_a_token_in_basic_and_in_the_body",
        ),
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
        shown(
            "10.1",
            "an installation of a native app gets credentials of its own, never those of all",
            "register:one_statement_registers_many_clients",
        ),
        shown("10.3", "tokens cannot be made, changed or guessed", "jose:no_mutation_of_a_token_is_good"),
        shown(
            "10.10",
            "secrets are too long to guess",
            "standard_register:secret_and_management_token_have_256_bits_and_are_kept_as_hashes",
        ),
    ],
    "RFC 6750": [
        shown("2.1", "the Authorization header is supported", "bearer:the_scheme_is_read_without_case"),
        apart("2.2", "tokens in a form or a query", "Optional, and discouraged by RFC 9700: only the header is read."),
        shown(
            "3",
            "a refusal carries WWW-Authenticate: Bearer",
            "bearer:a_token_that_is_none_is_told_so",
            "management:without_the_token_or_with_another_it_is_401",
        ),
        shown("3.1", "no error code where no token was sent", "bearer:without_a_token_the_challenge_has_no_error"),
        shown("3.1", "insufficient_scope is 403, invalid_token 401", "bearer:a_missing_scope_is_a_403"),
        apart("5.3", "TLS, and clients that verify its certificate", _TLS),
    ],
    "RFC 7009": [
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
        apart("2.3", "JSONP", "Optional. Scripts of other origins use CORS."),
    ],
    "RFC 7519": [
        shown(
            "4.1",
            "claims of the registered names have their types",
            "token:what_a_token_says_by_two_libraries_and_the_published_keys",
            "statements:a_statement_is_refused_for",
        ),
        shown(
            "4.1.3",
            "a token for another audience is rejected",
            "bearer:a_token_is_refused_for",
            "statements:a_statement_is_refused_for",
        ),
        shown(
            "4.1.4",
            "an expired token is rejected",
            "bearer:a_token_expires",
            "register:an_expired_statement_registers_nobody_and_its_clients_go_on",
        ),
        shown("4.1.5", "a token before its nbf is rejected", "bearer:a_token_is_refused_for"),
        shown("4.1.7", "jti is unique", "token:every_token_is_another"),
        shown(
            "4",
            "duplicate claim names are rejected",
            "statements:a_statement_is_refused_for",
            "bodies:a_member_that_is_sent_twice_is_refused_at_any_depth",
        ),
        shown(
            "5.3",
            "what is replicated in a header is not believed",
            "statements:a_jwk_in_the_header_is_ignored_and_never_verifies",
        ),
        shown(
            "7.2",
            "three parts of base64url; a header that is JSON; extensions that are not understood reject",
            "jose:only_the_canonical_spelling_is_read",
            "jose:any_octets_as_header_and_payload_are_a_token_or_are_none",
        ),
        shown(
            "8",
            "RS256 and ES256",
            "statements:every_algorithm_of_the_setting_signs_statements_that_register",
            "token:other_algorithms_by_setting",
        ),
        apart(
            "8",
            "HS256 and none",
            "Refused: RFC 8725 section 3.1 and 3.2 weigh more. A keyed hash would let each verifier issue.",
        ),
    ],
    "RFC 7591": [
        shown(
            "2",
            "redirect URIs are registered for the flows that use them",
            "standard_register:what_allowed_each_redirect_uri_is_kept",
            "standard_register:without_redirect_uris_the_default_of_the_one_channel_and_with_none_none",
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
        apart("2.2", "human-readable metadata by language tag", "Optional. `client_name` is the statement's."),
        shown(
            "2.3",
            "a software statement is a signed JWT with an issuer; its values take precedence",
            "standard_register:the_statements_values_win_over_the_bodys",
            "statements:what_a_statement_says",
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
        shown(
            "3.1.1",
            "a statement that is not trusted is an error",
            "standard_register:a_statement_that_may_not_register",
            "standard_register:a_statement_that_is_not_good",
        ),
        shown(
            "3.2.1",
            "201 with client_id, client_secret_expires_at and all registered metadata; the statement unmodified; no-store",
            "standard_register:a_statement_registers_a_client",
            "standard_register:the_statement_is_told_as_it_was_sent",
        ),
        shown("3.2.1", "ids are unique", "register:one_statement_registers_many_clients"),
        shown(
            "3.2.2",
            "invalid_redirect_uri, invalid_client_metadata, invalid_software_statement, unapproved_software_statement",
            "standard_register:redirect_uris_of_the_wrong_type",
            "standard_register:a_malformed_body_is_invalid_client_metadata",
            "standard_register:a_statement_that_is_not_good",
            "standard_register:a_statement_that_may_not_register",
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
    ],
    "RFC 7592": [
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
            "2.3",
            "after DELETE the client and its tokens are refused",
            "management:a_deleted_client_is_refused_everywhere_with_its_tokens_and_its_row_stays",
        ),
        shown(
            "3",
            "registration_client_uri is a URL of this client, to be used as it is",
            "management:its_own_url_is_the_one_to_ask",
            "standard_register:a_statement_registers_a_client",
        ),
        shown(
            "5",
            "the token is not guessable and not kept in clear",
            "standard_register:secret_and_management_token_have_256_bits_and_are_kept_as_hashes",
        ),
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
            "2.3",
            "a caller that does not authenticate is 401",
            "introspection:an_unknown_callers_wrong_secret_costs_five_tokens_of_its_address",
        ),
        shown(
            "4",
            "expiry, nbf, revocation and signature are checked",
            "introspection:whatever_is_no_good_token_of_ours_gets_one_constant_answer",
            "introspection:the_state_of_the_tokens_client_counts_and_comes_back",
        ),
        shown(
            "4",
            "the token is never in a URL or a log",
            "logs:no_secret_statement_or_token_is_in_the_log_of_a_whole_journey",
        ),
    ],
    "RFC 8414": [
        shown(
            "2",
            "issuer, token_endpoint, response_types_supported, the authentication methods",
            "metadata:the_metadata_name_the_standard_dialect_and_nothing_else",
        ),
        apart("2", "authorization_endpoint", _NO_AUTHORIZATION + " The RFC asks for it only where a grant uses it."),
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
    ],
    "RFC 8725": [
        shown(
            "3.1",
            "the algorithm is the key's, whatever the token says",
            "statements:a_statement_is_refused_for",
            "statements:the_public_key_is_no_hmac_secret",
            "bearer:a_token_is_refused_for",
            "jwt_attacks:no_forgery_passes_any_surface",
        ),
        shown("3.2", "none is never taken", "statements:a_statement_is_refused_for"),
        shown(
            "3.3",
            "every cryptographic check must pass",
            "jose:no_mutation_of_a_character_verifies",
            "jwt_attacks:no_forgery_passes_any_surface",
        ),
        shown(
            "3.5",
            "keys have enough entropy: RSA of 2,048 bits and more",
            "made_and_imported:a_key_that_cannot_be_used_is_refused",
        ),
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
        ),
        shown("3.9", "the audience is checked", "bearer:a_token_is_refused_for"),
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
        apart("3.6", "compression before encryption", "Nothing is encrypted or compressed."),
    ],
    "RFC 9068": [
        shown(
            "2.1",
            "signed, never none; typ is at+jwt; RS256 or another asymmetric algorithm",
            "token:what_a_token_says_by_two_libraries_and_the_published_keys",
        ),
        shown(
            "2.2",
            "iss, exp, aud, sub, client_id, iat, jti",
            "token:what_a_token_says_by_two_libraries_and_the_published_keys",
            "standard_token:the_token_verifies_with_the_keys_that_the_metadata_name",
        ),
        shown(
            "2.2.3",
            "scope, where scopes were asked for",
            "standard_token:the_scope_that_was_granted_is_told_and_in_the_token",
        ),
        shown("3", "a default audience where none was asked for", "token:lifetime_and_audience_are_settings"),
        shown(
            "4",
            "typ, iss, aud, signature and exp are checked; none is refused",
            "bearer:a_token_is_refused_for",
            "bearer:a_statement_is_no_bearer_token",
        ),
        shown(
            "5",
            "sub of a client is no sub of a user",
            "token:what_a_token_says_by_two_libraries_and_the_published_keys",
        ),
    ],
    "RFC 9700": [
        apart("2.1", "redirect flows, PKCE, mix-up defence", _NO_AUTHORIZATION),
        shown(
            "2.1",
            "redirect URIs are compared exactly; a client's are what it registered",
            "redirects:a_redirect_uri_that_is_refused",
        ),
        shown(
            "2.2",
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
            "bearer:a_token_is_refused_for",
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
            "4.3.2",
            "tokens are not in URLs",
            "token:any_credential_in_the_query_string_is_refused_also_beside_good_ones",
        ),
        shown("4.11", "no open redirector", "endpoint:both_spellings_of_a_path_answer_without_a_redirect"),
        shown(
            "4.13",
            "the proxy's headers are believed of a proxy alone",
            "throttling:the_peer_counts_where_no_proxy_is_trusted_whatever_it_forwards",
        ),
        shown(
            "4.15",
            "a client cannot choose an id that passes for a user's",
            "register:a_statement_registers_a_client",
        ),
    ],
}

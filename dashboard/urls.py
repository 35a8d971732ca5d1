"""Every page of the dashboard. The environment comes first; every verb has a page, so that all works without script."""

from django.urls import URLPattern, URLResolver, include, path, register_converter

from dashboard.converters import DigestConverter, EnvironmentConverter, KeyConverter, WordConverter
from dashboard.views import (
    access,
    analytics,
    applications,
    audit,
    bulk,
    certificates,
    changes,
    channels,
    clients,
    copying,
    domains,
    draft,
    histories,
    home,
    keys,
    palette,
    people,
    profile,
    programmers,
    public,
    requests,
    rules,
    schemes,
    sets,
    staged,
    statements,
    states,
    versions,
)

Patterns = list[URLPattern | URLResolver]

register_converter(EnvironmentConverter, "environment")
register_converter(DigestConverter, "sha256")
register_converter(WordConverter, "word")
register_converter(KeyConverter, "key")


def _certificate_urls(owner: str) -> Patterns:
    """The pages of the certificates of one `programmer` or `channel`."""
    return [
        path("new/", certificates.new, name=f"{owner}-certificate-new"),
        path("<sha256:sha256>/", certificates.page, name=f"{owner}-certificate"),
        path("<sha256:sha256>/download/", certificates.download, name=f"{owner}-certificate-download"),
        path("<sha256:sha256>/use/", certificates.use, name=f"{owner}-certificate-use"),
        path("<sha256:sha256>/remove/", certificates.remove, name=f"{owner}-certificate-remove"),
    ]


programmer_urls: Patterns = [
    path("", programmers.listing, name="programmers"),
    path("new/", programmers.new, name="programmer-new"),
    path("<word:pid>/", programmers.channels, name="programmer"),
    path("<word:pid>/channels/", programmers.channels, name="programmer-channels"),
    path("<word:pid>/channels/new/", channels.new, name="channel-new"),
    path("<word:pid>/applications/", programmers.applications, name="programmer-applications"),
    path("<word:pid>/applications/new/", access.new, name="application-new"),
    path("<word:pid>/schemes/", programmers.schemes, name="programmer-schemes"),
    path("<word:pid>/schemes/new/", schemes.new_for_programmer, name="programmer-scheme-new"),
    path("<word:pid>/certificates/", programmers.certificates, name="programmer-certificates"),
    path("<word:pid>/certificates/", include(_certificate_urls("programmer"))),
    path("<word:pid>/activity/", programmers.activity, name="programmer-activity"),
    path("<word:pid>/edit/", programmers.edit, name="programmer-edit"),
    path("<word:pid>/remove/", programmers.remove, name="programmer-remove"),
]

channel_urls: Patterns = [
    path("", channels.listing, name="channels"),
    path("new/", programmers.choose, {"to": "channel-new"}, name="channels-new"),
    path("<word:cid>/", channels.settings, name="channel"),
    path("<word:cid>/domains/", channels.domains, name="channel-domains"),
    path("<word:cid>/domains/new/", domains.new, name="domain-new"),
    path("<word:cid>/domains/<word:host>/remove/", domains.remove, name="domain-remove"),
    path("<word:cid>/applications/", channels.applications, name="channel-applications"),
    path("<word:cid>/applications/new/", access.new_for_channel, name="channel-application-new"),
    path("<word:cid>/schemes/", channels.schemes, name="channel-schemes"),
    path("<word:cid>/schemes/new/", schemes.new_for_channel, name="channel-scheme-new"),
    path("<word:cid>/certificates/", channels.certificates, name="channel-certificates"),
    path("<word:cid>/certificates/", include(_certificate_urls("channel"))),
    path("<word:cid>/analytics/", channels.analytics, name="channel-analytics"),
    path("<word:cid>/analytics/new/", analytics.new, name="analytics-new"),
    path("<word:cid>/analytics/<int:number>/edit/", analytics.edit, name="analytics-edit"),
    path("<word:cid>/analytics/<int:number>/remove/", analytics.remove, name="analytics-remove"),
    path("<word:cid>/copy/", copying.channel, name="channel-copy"),
    path("<word:cid>/remove/", channels.remove, name="channel-remove"),
]

scheme_urls: Patterns = [
    path("<word:scheme>/edit/", schemes.edit, name="scheme-edit"),
    path("<word:scheme>/retire/", schemes.retire, name="scheme-retire"),
]

statement_urls: Patterns = [
    path("", applications.statements, name="application-statements"),
    path("issue/", statements.issue, name="statement-issue"),
    path("<uuid:statement_id>/", statements.page, name="statement"),
    path("<uuid:statement_id>/download/", statements.download, name="statement-download"),
    path("<uuid:statement_id>/test/", statements.test, name="statement-test"),
    path("<uuid:statement_id>/revoke/", statements.revoke, name="statement-revoke"),
    path("<uuid:statement_id>/reinstate/", statements.reinstate, name="statement-reinstate"),
]

application_urls: Patterns = [
    path("", applications.listing, name="applications"),
    path("new/", programmers.choose, {"to": "application-new"}, name="applications-new"),
    path("csv/", applications.export, name="applications-csv"),
    path("copy/", copying.chosen, name="applications-copy"),
    path("close/", bulk.close, name="applications-close"),
    path("<uuid:software_id>/", applications.details, name="application"),
    path("<uuid:software_id>/statements/", include(statement_urls)),
    path("<uuid:software_id>/clients/", applications.clients, name="application-clients"),
    path("<uuid:software_id>/clients/<int:number>/revoke/", states.revoke_client, name="client-revoke"),
    path("<uuid:software_id>/clients/<int:number>/secret/", clients.rotate_secret, name="client-secret"),
    path("<uuid:software_id>/history/", applications.history_tab, name="application-history"),
    path("<uuid:software_id>/narrow/", access.narrow, name="application-narrow"),
    path("<uuid:software_id>/duplicate/", access.duplicate, name="application-duplicate"),
    path("<uuid:software_id>/copy/", copying.application, name="application-copy"),
    path("<uuid:software_id>/remove/", access.remove, name="application-remove"),
    path("<uuid:software_id>/close/", states.close, name="application-close"),
    path("<uuid:software_id>/suspend/", states.suspend, name="application-suspend"),
    path("<uuid:software_id>/revoke/", states.revoke, name="application-revoke"),
    path("<uuid:software_id>/reinstate/", states.reinstate, name="application-reinstate"),
    path("<uuid:software_id>/request-revocation/", requests.new, name="request-new"),
]

key_urls: Patterns = [
    path("", keys.listing, name="keys"),
    path("<word:purpose>/next/", keys.publish_next, name="key-next"),
    path("<word:purpose>/rotate/", keys.rotate, name="key-rotate"),
    path("<int:number>/withdraw/", keys.withdraw, name="key-withdraw"),
    path("<int:number>/download/pem/", keys.pem, name="key-pem"),
    path("<int:number>/download/jwk/", keys.jwk, name="key-jwk"),
]

draft_urls: Patterns = [
    path("", draft.review, name="draft"),
    path("dismiss/", draft.dismiss_all, name="draft-dismiss-all"),
    path("changes/<int:number>/edit/", staged.edit, name="draft-change-edit"),
    path("changes/<int:number>/dismiss/", draft.dismiss_change, name="draft-change-dismiss"),
    path("changes/<int:number>/resolve/", draft.resolve, name="draft-change-resolve"),
    path("sets/<uuid:draft_id>/", sets.page, name="draft-set"),
    path("sets/<uuid:draft_id>/approve/", sets.approve, name="draft-set-approve"),
    path("sets/<uuid:draft_id>/adopt/", sets.adopt, name="draft-set-adopt"),
    path("sets/<uuid:draft_id>/dismiss/", sets.discard, name="draft-set-dismiss"),
    path("<word:pid>/push/", draft.push, name="draft-push"),
    path("<word:pid>/submit/", draft.submit, name="draft-submit"),
    path("<word:pid>/dismiss/", draft.dismiss, name="draft-dismiss"),
]

environment_urls: Patterns = [
    path("", home.home, name="home"),
    path("switch/", home.switch, name="switch"),
    path("programmers/", include(programmer_urls)),
    path("channels/", include(channel_urls)),
    path("schemes/", include(scheme_urls)),
    path("applications/", include(application_urls)),
    path("keys/", include(key_urls)),
    path("revocation-requests/", requests.listing, name="requests"),
    path("revocation-requests/<int:number>/withdraw/", requests.withdraw, name="request-withdraw"),
    path("revocation-requests/<int:number>/decline/", requests.decline, name="request-decline"),
    path("draft/", include(draft_urls)),
    path("settings/", rules.settings, name="environment-settings"),
    path("changes/", changes.listing, name="changes"),
    path("changes/csv/", changes.export, name="changes-csv"),
    path("changes/compare/", changes.compare_ticked, name="changes-compare"),
    path("changes/entities/<word:kind>/<key:entity>/history/", histories.of_entity, name="entity-history"),
    path("changes/<word:pid>/compare/", versions.compare, name="version-compare"),
    path("changes/<word:pid>/<int:version>/", versions.version, name="version"),
    path("changes/<word:pid>/<int:version>/undo/", versions.undo, name="version-undo"),
]

urlpatterns: Patterns = [
    path("", home.index, name="index"),
    path("healthz", public.healthz, name="healthz"),
    path("theme/", public.theme, name="theme"),
    path("help/", public.guide, name="help"),
    path("help/api/", public.reference, name="help-api"),
    path("help/errors/<slug:code>/", public.error, name="help-error"),
    path("palette/", palette.search, name="palette"),
    path("profile/", profile.profile, name="profile"),
    path("profile/sessions/end/", profile.end_other_sessions, name="sessions-end"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path(
        "people/<int:person_id>/memberships/<int:membership_id>/remove/",
        people.remove_membership,
        name="membership-remove",
    ),
    path("people/invitations/<int:invitation_id>/withdraw/", people.withdraw_invitation, name="invitation-withdraw"),
    path("invitations/<word:token>/", people.accept_invitation, name="invitation-accept"),
    path("audit/", audit.listing, name="audit"),
    path("audit/checkpoint/", audit.checkpoint, name="audit-checkpoint"),
    path("<environment:environment>/", include(environment_urls)),
]

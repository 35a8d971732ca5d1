import pytest

from dashboard.changes import Conflict
from dashboard.models import Change
from registration.models import RegisteredApplication
from tests import factories
from tests.dashboard.screens.conftest import PLACE, register

NEW = f"{PLACE}/programmers/aurora/applications/new/"
GOOD = {
    "name": "Aurora Encore",
    "version": "1.0.0",
    "reach": "chosen",
    "channels": ["aurora-one"],
    "platforms": ["FIRETV"],
    "domains": ["live.aurora.example"],
    "scopes": ["rest-v2"],
}


def made(name="Aurora Encore"):
    return RegisteredApplication.objects.filter(name=name).first()


def test_an_editor_makes_one_and_its_statement_is_ready_once_it_is_pushed(as_, alice, live):
    page = as_(alice).post(NEW, GOOD, follow=True)
    assert page.redirect_chain == [(f"{PLACE}/programmers/aurora/applications/", 302)]
    assert "1 change in Release Production is not live yet." in page.content.decode()
    assert made() is None
    factories.push_drafts(alice)
    application = made()
    assert (
        f"statements/{application.statements.get().pk}/download/"
        in as_(alice).get(f"{PLACE}/applications/{application.software_id}/").content.decode()
    )
    assert (application.all_channels, application.channels, application.level) == (False, ["aurora-one"], "programmer")
    assert application.scopes == ["api:client:v2"]


def test_one_that_waits_in_the_draft_is_edited_there_by_its_author_alone(as_, alice, tom, live):
    as_(alice).post(NEW, GOOD)
    at = f"{PLACE}/draft/changes/{Change.objects.get(change_set__state='draft').pk}/edit/"
    assert as_(tom).get(at).status_code == 404
    assert 'value="FIRETV" checked' in as_(alice).get(at).content.decode()
    refused = as_(alice).post(at, {**GOOD, "platforms": []})
    assert refused.status_code == 422
    assert as_(alice).post(at, {**GOOD, "name": "Aurora Again", "platforms": ["ROKU"]}).status_code == 302
    factories.push_drafts(alice)
    assert (made(), made("Aurora Again").platforms) == (None, ["ROKU"])


def test_everything_that_is_missing_is_said_at_once_and_nothing_typed_is_lost(as_, alice, live):
    sent = {"name": "Aurora Live", "version": "6.1.0", "reach": "chosen"}
    page = as_(alice).post(NEW, sent)
    text = page.content.decode()
    assert page.status_code == 422
    for name in ("channels", "platforms", "domains", "scopes", "version"):
        assert f'href="#id_{name}"' in text, name
        assert f'id="id_{name}_error"' in text, name
    assert 'value="Aurora Live"' in text
    assert 'aria-describedby="id_version_helptext id_version_error"' in text
    assert "<title>Error: " in text
    assert made() is None


def test_ticked_boxes_come_back_ticked(as_, alice, live):
    text = as_(alice).post(NEW, {**GOOD, "name": ""}).content.decode()
    for value in ("aurora-one", "FIRETV", "live.aurora.example", "rest-v2"):
        assert f'value="{value}" checked' in text, value
    assert 'value="ROKU" checked' not in text


def test_the_form_begins_with_the_narrowest_choice(as_, alice, live):
    factories.channel("aurora-two", hosts=["two.aurora.example"])
    text = as_(alice).get(NEW).content.decode()
    assert 'value="chosen" checked' in text
    assert 'value="all" checked' not in text
    for value in ("aurora-one", "aurora-two", "FIRETV", "UNIDENTIFIED", "live.aurora.example"):
        assert f'value="{value}" checked' not in text, value


def test_a_preview_says_in_plain_words_what_it_allows_and_saves_nothing(as_, alice, live):
    page = as_(alice).post(NEW, {**GOOD, "preview": "1"})
    assert page.status_code == 200
    assert (
        "Aurora Encore 1.0.0 may register on Fire TV, for Aurora One only, come back to live.aurora.example, "
        "and call REST API v2."
    ) in page.content.decode()
    assert made() is None


def test_a_wider_choice_is_pointed_out(as_, alice, live):
    every = dict(RegisteredApplication.objects.values("platforms").first())["platforms"]
    page = as_(alice).post(NEW, {**GOOD, "reach": "all", "platforms": every, "preview": "1"}).content.decode()
    assert "All channels: also those that are added later." in page
    assert "Every platform:" in page


@pytest.mark.parametrize("boxes", [["esm"], ["rest-v2", "esm"], ["introspection"]])
def test_an_editor_may_not_grant_a_privileged_api_whatever_is_sent(as_, alice, live, boxes):
    page = as_(alice).post(NEW, {**GOOD, "scopes": boxes})
    assert page.status_code == 422
    assert 'id="id_scopes_error"' in page.content.decode()
    assert made() is None


def test_an_editor_sees_privileged_apis_and_who_grants_them(as_, alice, tom, live):
    assert "a TAM grants this" in as_(alice).get(NEW).content.decode()
    assert 'value="esm" disabled' in as_(alice).get(NEW).content.decode()
    assert 'value="esm" disabled' not in as_(tom).get(NEW).content.decode()
    assert 'value="introspection" disabled' in as_(tom).get(NEW).content.decode()


def test_a_tam_grants_one_that_needs_no_platform_and_no_domain(as_, tom, live):
    page = as_(tom).post(NEW, {**GOOD, "scopes": ["esm"], "platforms": [], "domains": []})
    assert page.status_code == 302
    factories.push_drafts(tom)
    assert made().statements.get().expires_at is not None


def test_a_tam_gives_an_existing_software_id_and_an_editor_is_not_asked(as_, alice, tom, live):
    given = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
    assert "software_id" not in as_(alice).get(NEW).content.decode()
    as_(tom).post(NEW, {**GOOD, "software_id": given})
    factories.push_drafts(tom)
    assert str(made().software_id) == given
    again = as_(tom).post(NEW, {**GOOD, "version": "2.0.0", "software_id": given})
    assert again.status_code == 422
    assert 'id="id_software_id_error"' in again.content.decode()


def test_an_editors_software_id_is_ignored(as_, alice, live):
    given = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
    as_(alice).post(NEW, {**GOOD, "software_id": given})
    factories.push_drafts(alice)
    assert str(made().software_id) != given


def test_a_channels_application_covers_that_channel_and_no_other(as_, alice, live):
    factories.channel("aurora-two", hosts=["two.aurora.example"])
    page = f"{PLACE}/channels/aurora-one/applications/new/"
    assert "two.aurora.example" not in as_(alice).get(page).content.decode()
    as_(alice).post(page, {**GOOD, "reach": "all", "channels": ["aurora-two"]})
    factories.push_drafts(alice)
    assert (made().level, made().all_channels, made().channels) == ("channel", False, ["aurora-one"])
    refused = as_(alice).post(page, {**GOOD, "version": "2", "domains": ["two.aurora.example"]})
    assert refused.status_code == 422


def test_duplicating_fills_the_form_in_and_links_the_two(as_, alice, live, url):
    text = as_(alice).get(url("duplicate/")).content.decode()
    assert 'value="7.0.0"' in text
    assert 'value="all" checked' in text
    as_(alice).post(url("duplicate/"), {**GOOD, "name": "Aurora Live", "version": "7.0.0"})
    factories.push_drafts(alice)
    later = RegisteredApplication.objects.get(version="7.0.0")
    assert later.replaces == live
    assert "A later version exists" in as_(alice).get(url()).content.decode()


def test_narrowing_takes_away_and_gives_back_and_never_more(as_, alice, signing_keys):
    factories.programmer()
    factories.channel("aurora-one", hosts=["live.aurora.example", "www.live.example"])
    app = factories.application(channels=["aurora-one"], platforms=["IOS", "ROKU"], domains=["live.aurora.example"])
    page = f"{PLACE}/applications/{app.software_id}/narrow/"
    sets = {k: GOOD[k] for k in ("reach", "channels", "domains", "scopes")}
    assert as_(alice).post(page, {**sets, "platforms": ["IOS"]}).status_code == 302
    factories.push_drafts(alice)
    app.refresh_from_db()
    assert app.platforms == ["IOS"]
    assert 'value="ROKU"' in as_(alice).get(page).content.decode()
    assert as_(alice).post(page, {**sets, "platforms": ["IOS", "ROKU"]}).status_code == 302
    factories.push_drafts(alice)
    wider = as_(alice).post(page, {**sets, "platforms": ["IOS", "ANDROID"]})
    assert wider.status_code == 422
    all_channels = as_(alice).post(page, {**sets, "reach": "all", "platforms": ["IOS"]})
    assert all_channels.status_code == 422
    app.refresh_from_db()
    assert (app.platforms, app.all_channels) == (["IOS", "ROKU"], False)


def test_what_somebody_else_changed_while_the_form_was_open_is_a_conflict_and_not_overwritten(
    as_, alice, tom, live, url
):
    sets = {k: GOOD[k] for k in ("reach", "channels", "domains", "scopes")}
    shown = as_(alice).get(url("narrow/")).context["form"]["seen"].value()
    as_(tom).post(url("narrow/"), {**sets, "reach": "all", "platforms": ["IOS"]})
    factories.push_drafts(tom)
    late = {**sets, "reach": "all", "platforms": ["ROKU"], "seen": shown}
    assert as_(alice).post(url("narrow/"), late).status_code == 302
    with pytest.raises(Conflict):
        factories.push_drafts(alice)
    live.refresh_from_db()
    assert live.platforms == ["IOS"]


def test_what_comes_out_as_it_is_live_leaves_the_draft(as_, alice, live, url):
    browser, sets = as_(alice), {k: GOOD[k] for k in ("domains", "scopes")}
    browser.post(url("narrow/"), {**sets, "reach": "all", "platforms": ["IOS"]})
    assert "is not live yet" in browser.get(url()).content.decode()
    every = {**sets, "reach": "all", "platforms": live.platforms}
    page = browser.post(url("narrow/"), every, follow=True).content.decode()
    assert "It is live like this already" in page
    assert "is not live yet" not in page


def test_an_application_that_never_had_a_client_is_removed_and_another_is_not(as_, alice, live, url):
    spare = factories.application("Aurora Spare")
    register(live, "a-device")
    assert "<strong>It has clients.</strong>" in as_(alice).get(url()).content.decode()
    refused = as_(alice).post(url("remove/"))
    assert refused.status_code == 422
    assert "It has clients." in refused.content.decode()
    gone = as_(alice).post(f"{PLACE}/applications/{spare.software_id}/remove/")
    assert gone.status_code == 302
    factories.push_drafts(alice)
    assert as_(alice).get(f"{PLACE}/applications/{spare.software_id}/").status_code == 404


def test_a_viewer_who_posts_gets_403_and_a_stranger_404(as_, victor, charlie, live):
    assert as_(victor).post(NEW, GOOD).status_code == 403
    assert as_(charlie).post(NEW, GOOD).status_code == 404
    assert made() is None


def test_what_is_missing_is_told_in_the_order_of_the_page(as_, alice, live):
    page = as_(alice).post(NEW, {**GOOD, "version": "a/b", "name": ""}).content.decode()
    told = page[page.index('class="callout bad problems"') : page.index('class="lead"')]
    assert told.index("#id_name") < told.index("#id_version")
    wanting = {**GOOD, "channels": [], "platforms": [], "domains": []}
    page = as_(alice).post(NEW, wanting).content.decode()
    told = page[page.index('class="callout bad problems"') : page.index('class="lead"')]
    assert told.index("#id_channels") < told.index("#id_platforms") < told.index("#id_domains")

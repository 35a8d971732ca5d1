"""Programmers, channels, domains and custom schemes, through their pages."""

from dashboard.models import Head
from registration.models import Channel, CustomScheme, Domain, Programmer, RegisteredApplication
from tests import factories
from tests.dashboard.screens.conftest import PLACE


def test_a_tam_of_every_programmer_adds_one_and_nobody_else(as_, tess, tom, alice, live):
    page, sent = f"{PLACE}/programmers/new/", {"public_id": "Corona", "display_name": "Corona Networks"}
    for person in (tom, alice):
        assert as_(person).get(page).status_code == 403
        assert as_(person).post(page, sent).status_code == 403
    staged = as_(tess).post(page, sent)["Location"]
    assert "Corona Networks" in as_(tess).get(staged).content.decode()
    assert "Corona Networks" in as_(tess).get(f"{PLACE}/programmers/").content.decode()
    assert "Corona Networks" not in as_(tess).get(f"{PLACE}/programmers/?view=live").content.decode()
    assert "Corona Networks" not in as_(tom).get(f"{PLACE}/programmers/").content.decode()
    factories.push_drafts(tess)
    assert Programmer.objects.get(id_key="corona").display_name == "Corona Networks"


def test_a_programmer_known_elsewhere_is_said_to_be_the_same_company_before_it_is_added(as_, tess, live):
    page, sent = "/prequal-staging/programmers/new/", {"public_id": "AURORA", "display_name": "Aurora"}
    first = as_(tess).post(page, sent)
    assert first.status_code == 422
    assert "the same company" in first.content.decode()
    assert "Add it anyway" in first.content.decode()
    assert as_(tess).post(page, {**sent, "anyway": "1"}).status_code == 302
    factories.push_drafts(tess)
    assert Programmer.objects.filter(environment="prequal-staging", id_key="aurora").exists()


def test_an_id_that_is_taken_or_ill_formed_is_refused_at_its_field(as_, tess, live):
    factories.programmer("aurora", environment="prequal-staging")
    for public_id in ("aurora", "a b", "new", ""):
        page = as_(tess).post(f"{PLACE}/programmers/new/", {"public_id": public_id, "display_name": "X"})
        assert page.status_code == 422, public_id
        assert 'id="id_public_id_error"' in page.content.decode(), public_id


def test_an_editor_renames_a_programmer_and_a_viewer_does_not(as_, alice, victor, live):
    page = f"{PLACE}/programmers/aurora/edit/"
    assert as_(victor).post(page, {"display_name": "X"}).status_code == 403
    assert as_(alice).post(page, {"display_name": "Aurora TV"}).status_code == 302
    assert "Aurora TV" not in as_(victor).get(f"{PLACE}/programmers/").content.decode()
    assert 'value="Aurora TV"' in as_(alice).get(page).content.decode()
    factories.push_drafts(alice)
    assert "Aurora TV" in as_(victor).get(f"{PLACE}/programmers/").content.decode()


def test_what_one_may_not_do_beside_a_title_stays_visible_and_says_who_may(as_, alice, victor, live):
    for page in (f"{PLACE}/programmers/aurora/", f"{PLACE}/channels/aurora-one/"):
        read = as_(victor).get(page).content.decode()
        assert 'Remove<span class="vh">: A' in read, page
        assert "/remove/" not in read, page
    assert (
        f'href="{PLACE}/channels/aurora-one/remove/"'
        in as_(alice).get(f"{PLACE}/channels/aurora-one/").content.decode()
    )
    renames = as_(alice).get(f"{PLACE}/programmers/aurora/").content.decode()
    assert f'href="{PLACE}/programmers/aurora/edit/"' in renames
    assert "A TAM of every programmer may do this." in renames


def test_only_an_empty_programmer_is_removed(as_, tess, tom, live):
    factories.programmer("corona")
    assert as_(tom).post(f"{PLACE}/programmers/aurora/remove/").status_code == 403
    full = as_(tess).post(f"{PLACE}/programmers/aurora/remove/")
    assert full.status_code == 422
    assert "It still has channels." in full.content.decode()
    assert as_(tess).post(f"{PLACE}/programmers/corona/remove/").status_code == 302
    assert "Your draft removes this." in as_(tess).get(f"{PLACE}/programmers/corona/").content.decode()
    factories.push_drafts(tess)
    assert as_(tess).get(f"{PLACE}/programmers/corona/").status_code == 404


def test_an_editor_adds_a_channel_a_domain_and_an_application_of_it_in_one_push(as_, alice, live):
    sent = {"public_id": "aurora-two", "display_name": "Aurora Two", "default_redirect_url": ""}
    answer = as_(alice).post(f"{PLACE}/programmers/aurora/channels/new/", sent)
    assert "Add a domain" in as_(alice).get(answer["Location"]).content.decode()
    at = f"{PLACE}/channels/aurora-two"
    assert as_(alice).post(f"{at}/domains/new/", {"host": "two.aurora.example"}).status_code == 302
    assert "two.aurora.example" in as_(alice).get(f"{at}/applications/new/").content.decode()
    application = {
        "name": "Two",
        "version": "1.0.0",
        "platforms": ["ROKU"],
        "domains": ["two.aurora.example"],
        "scopes": ["rest-v2"],
    }
    assert as_(alice).post(f"{at}/applications/new/", application).status_code == 302
    assert as_(alice).get(f"{at}/").status_code == 404
    factories.push_drafts(alice)
    assert RegisteredApplication.objects.get(name="Two").channels == ["aurora-two"]
    assert Channel.objects.get(id_key="aurora-two").programmer.id_key == "aurora"


def test_a_channel_is_found_by_its_id_in_any_case_and_by_a_stranger_not_at_all(as_, alice, charlie, live):
    assert as_(alice).get(f"{PLACE}/channels/AURORA-One/").status_code == 200
    assert as_(charlie).get(f"{PLACE}/channels/aurora-one/").status_code == 404


def test_settings_are_saved_and_a_bad_url_is_refused_at_its_field(as_, alice, victor, live):
    page = f"{PLACE}/channels/aurora-one/"
    bad = as_(alice).post(page, {"display_name": "Aurora 1", "default_redirect_url": "http://example.com"})
    assert bad.status_code == 422
    assert 'id="id_default_redirect_url_error"' in bad.content.decode()
    good = {
        "display_name": "Aurora 1",
        "default_redirect_url": "https://live.aurora.example/in",
        "error_reporting": "on",
    }
    assert as_(victor).post(page, good).status_code == 403
    assert as_(alice).post(page, good).status_code == 302
    assert Channel.objects.get(id_key="aurora-one").display_name == "Aurora One"
    factories.push_drafts(alice)
    channel = Channel.objects.get(id_key="aurora-one")
    assert (channel.display_name, channel.error_reporting) == ("Aurora 1", True)


def test_a_viewer_reads_the_settings_and_gets_no_form(as_, victor, live):
    page = as_(victor).get(f"{PLACE}/channels/aurora-one/").content.decode()
    assert "General settings" in page
    assert 'name="display_name"' not in page


def test_a_channel_that_an_application_names_stays_and_the_page_lists_it(as_, alice, live):
    factories.application("Aurora Only", channels=["aurora-one"])
    page = f"{PLACE}/channels/aurora-one/remove/"
    assert "Aurora Only" in as_(alice).get(page).content.decode()
    assert as_(alice).post(page).status_code == 422
    factories.channel("aurora-two")
    assert as_(alice).post(f"{PLACE}/channels/aurora-two/remove/").status_code == 302


def test_a_domain_is_added_and_a_redundant_one_is_pointed_out_first(as_, alice, live):
    page = f"{PLACE}/channels/aurora-one/domains/new/"
    assert as_(alice).post(page, {"host": "www.aurora.example"}).status_code == 302
    beside = as_(alice).post(page, {"host": "beta.www.aurora.example"})
    assert "www.aurora.example is a domain of this channel and covers" in beside.content.decode()
    redundant = as_(alice).post(page, {"host": "beta.live.aurora.example"})
    assert redundant.status_code == 422
    assert "no need to add it." in redundant.content.decode()
    assert not Domain.objects.filter(host="beta.live.aurora.example").exists()
    assert as_(alice).post(page, {"host": "beta.live.aurora.example", "anyway": "1"}).status_code == 302


def test_a_domain_that_is_none_is_refused_at_its_field(as_, alice, live):
    for host in ("https://x.example/", "localhost", "10.0.0.1", "*.aurora.example", ""):
        page = as_(alice).post(f"{PLACE}/channels/aurora-one/domains/new/", {"host": host, "anyway": "1"})
        assert page.status_code == 422, host
        assert 'id="id_host_error"' in page.content.decode(), host


def test_a_domain_is_removed_and_the_page_says_what_it_cuts_off(as_, alice, live):
    factories.domain("spare.aurora.example", channel="aurora-one")
    used = as_(alice).get(f"{PLACE}/channels/aurora-one/domains/live.aurora.example/remove/").content.decode()
    assert "1 application names it" in used
    assert "Aurora Live 6.1.0" in used
    spare = f"{PLACE}/channels/aurora-one/domains/spare.aurora.example/remove/"
    assert "No application names it." in as_(alice).get(spare).content.decode()
    assert as_(alice).post(spare).status_code == 302
    assert "Removed in your draft" in as_(alice).get(f"{PLACE}/channels/aurora-one/domains/").content.decode()
    factories.push_drafts(alice)
    assert as_(alice).get(spare).status_code == 404


def test_the_list_of_domains_says_how_many_applications_use_each(as_, alice, live):
    factories.domain("spare.aurora.example", channel="aurora-one")
    page = as_(alice).get(f"{PLACE}/channels/aurora-one/domains/").content.decode()
    assert "1 application<" in page
    assert "No application<" in page


def test_a_scheme_is_generated_for_an_editor_and_entered_by_a_tam(as_, alice, tom, live):
    page = f"{PLACE}/programmers/aurora/schemes/new/"
    as_(alice).post(page, {"label": "Android", "scheme": "shipped"})
    factories.push_drafts(alice)
    assert not CustomScheme.objects.filter(scheme="shipped").exists()
    made = CustomScheme.objects.get(label="Android")
    assert len(made.scheme) > 20
    as_(tom).post(page, {"label": "Old", "scheme": "Shipped.App"})
    factories.push_drafts(tom)
    assert CustomScheme.objects.get(label="Old").scheme == "Shipped.App"


def test_a_channels_scheme_is_its_own_and_its_programmers_is_inherited(as_, alice, live):
    as_(alice).post(f"{PLACE}/programmers/aurora/schemes/new/", {"label": "Everywhere"})
    as_(alice).post(f"{PLACE}/channels/aurora-one/schemes/new/", {"label": "Only here"})
    factories.push_drafts(alice)
    assert CustomScheme.objects.get(label="Only here").channel.id_key == "aurora-one"
    page = as_(alice).get(f"{PLACE}/channels/aurora-one/schemes/").content.decode()
    assert "Everywhere" in page
    assert "inherited" in page
    made = CustomScheme.objects.get(label="Only here").scheme
    assert f'id="scheme-{made}">{made}<' in page
    assert f'data-copy="scheme-{made}" hidden aria-label="Copy scheme of Only here"' in page


def test_a_scheme_is_labelled_retired_and_brought_back(as_, alice, victor, live):
    scheme = factories.scheme(label="Android")
    at = f"{PLACE}/schemes/{scheme.scheme}/"
    assert as_(victor).post(f"{at}retire/", {}).status_code == 403
    assert as_(alice).post(f"{at}edit/", {"label": "Android TV"}).status_code == 302
    assert as_(alice).post(f"{at}retire/", {}).status_code == 302
    factories.push_drafts(alice)
    scheme.refresh_from_db()
    assert (scheme.label, scheme.retired) == ("Android TV", True)
    assert as_(alice).post(f"{at}retire/", {}).status_code == 302
    factories.push_drafts(alice)
    scheme.refresh_from_db()
    assert not scheme.retired


def test_a_scheme_whose_channel_is_gone_leads_to_the_programmer(as_, alice, live):
    factories.channel("aurora-two")
    as_(alice).post(f"{PLACE}/channels/aurora-two/schemes/new/", {"label": "Only there"})
    factories.push_drafts(alice)
    scheme = CustomScheme.objects.get(label="Only there")
    as_(alice).post(f"{PLACE}/channels/aurora-two/remove/")
    factories.push_drafts(alice)
    schemes, at = f"{PLACE}/programmers/aurora/schemes/", f"{PLACE}/schemes/{scheme.scheme}/"
    for page in (schemes, f"{at}edit/", f"{PLACE}/changes/aurora/{Head.objects.get(programmer='aurora').version}/"):
        shown = as_(alice).get(page).content.decode()
        assert "Only there" in shown or scheme.scheme in shown
        assert "/channels/aurora-two/" not in shown, page
    assert f'href="{at}retire/"' not in as_(alice).get(schemes).content.decode()
    assert as_(alice).post(f"{at}edit/", {"label": "Gone"})["Location"] == schemes


def test_the_log_lists_versions_with_what_changed_and_hides_other_programmers(as_, alice, charlie, borealis):
    log = as_(alice).get(f"{PLACE}/changes/").content.decode()
    assert "Add application Aurora Live 6.1.0" in log
    assert "Borealis" not in log
    version = as_(alice).get(f"{PLACE}/changes/aurora/3/").content.decode()
    assert "api:client:v2" in version
    assert as_(charlie).get(f"{PLACE}/changes/aurora/3/").status_code == 404
    assert as_(alice).get(f"{PLACE}/changes/aurora/99/").status_code == 404


def test_what_keeps_a_channel_is_said_before_anybody_tries_to_remove_it(as_, alice, live):
    path, held = f"{PLACE}/channels/aurora-one/remove/", "It cannot be removed while the applications below name it."
    assert held not in as_(alice).get(path).content.decode()  # an application of all channels does not keep it
    factories.application("Aurora Small", channels=["aurora-one"])
    page = as_(alice).get(path).content.decode()
    assert page.index(held) < page.index(">Aurora Small ")
    assert "names this channel" in as_(alice).post(path, {}).content.decode()

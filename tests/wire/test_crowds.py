"""Many at once: each gets an answer of its own, and what is stored is whole."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests import live

CROWD = 100


@pytest.mark.parametrize("statement", ["ours", "brought over"])
def test_a_hundred_parallel_registrations_make_a_hundred_whole_clients(place, server, quiet_log, statement):
    text = place.statement if statement == "ours" else place.operator.ask("bring_over", name="From the old server")
    before = place.operator.ask("stored")
    together = Barrier(CROWD)

    def register(_):
        together.wait(timeout=live.PATIENCE)
        return server.register(software_statement=text, redirect_uri=live.REDIRECT_URI)

    def use(client):
        return server.token(client["client_id"], client["client_secret"])

    with ThreadPoolExecutor(CROWD) as crowd:
        answers = list(crowd.map(register, range(CROWD)))
        assert {status for status, _ in answers} == {201}
        clients = [client for _, client in answers]
        tokens = list(crowd.map(use, clients))
    assert {status for status, _ in tokens} == {201}
    assert len({client["client_id"] for client in clients}) == CROWD
    assert len({client["client_secret"] for client in clients}) == CROWD
    assert len({token["id"] for _, token in tokens}) == CROWD
    server.hang_up()
    after = place.operator.ask("stored")
    assert after["clients"] == before["clients"] + CROWD
    assert after["half_made"] == 0
    # However many devices present a brought-over statement first, it gets one row.
    assert after["statements"] == before["statements"] + (statement == "brought over")
    logged = server.logged()
    assert not [client for client in clients if client["client_secret"] in logged]

"""The routing client, blocking and with asyncio, against a running server."""

import ipaddress

import pytest

from guidepost_clients import console, routing_client, routing_client_async
from routetable import route_table_pb2 as messages

both = pytest.mark.parametrize(
    "program", [routing_client, routing_client_async], ids=["blocking", "asyncio"]
)


@both
def test_adds_two_routes_and_finds_one_of_them(run, program):
    code, output, errors = run(program, "--rows", "0")
    assert (code, errors) == (console.EXIT_OK, "")
    lines = output.splitlines()
    route = "192.168.100.0/255.255.255.0 via 168.192.100.1 dev eth0 metric 1"
    assert lines[0] == f"adding {route}"
    assert lines[2] == "added"
    assert lines[3] == f"to 192.168.100.0/255.255.255.0: {route}"
    count, noun = lines[-1].split()
    assert int(count) >= 1 and noun == "routes"


@both
def test_adding_the_same_route_again_is_harmless(run, program):
    for _ in range(2):
        code, _, errors = run(program, "--rows", "0")
        assert (code, errors) == (console.EXIT_OK, "")


@both
def test_extended_results_are_there_only_if_asked_for(run, program):
    _, plain, _ = run(program, "--rows", "0")
    assert "accepted" not in plain and "source" not in plain
    code, extended, _ = run(program, "--rows", "0", "--extended")
    assert code == console.EXIT_OK
    assert "accepted 2 (" in extended
    assert "rejected 0" in extended
    assert "(source static, distance 1, revision " in extended


@both
def test_an_unreadable_destination_is_an_error_with_words(run, program):
    code, output, errors = run(program, "--lookup-only", "--lookup", "10.0.ä")
    assert code == console.EXIT_REFUSED
    assert output == ""
    assert "10.0.ä" in errors


@both
def test_nothing_covers_it_is_an_answer_and_not_an_error(run, program):
    # A documentation prefix (RFC 3849); a table with an IPv6 default route covers it.
    code, output, errors = run(program, "--lookup-only", "--lookup", "2001:db8:dead::1")
    assert (code, errors) == (console.EXIT_OK, "")
    assert output.startswith("to 2001:db8:dead::1: ")


@both
def test_no_server_is_one_clear_line(monkeypatch, capsys, program):
    arguments = ["client", "--server", "127.0.0.1:1", "--wait", "0.3"]
    monkeypatch.setattr("sys.argv", arguments)
    assert program.main() == console.EXIT_UNREACHABLE
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 1
    assert errors[0].startswith("client: no server at 127.0.0.1:1 (waited 0.3 s)")


@both
def test_a_bad_address_is_a_usage_error(monkeypatch, capsys, program):
    monkeypatch.setattr("sys.argv", ["client", "--server", "localhost"])
    with pytest.raises(SystemExit) as exit:
        program.main()
    assert exit.value.code == console.EXIT_USAGE
    assert "must be HOST:PORT" in capsys.readouterr().err


def test_a_bad_row_is_refused_alone(router, run):
    good = messages.Route(dest="192.0.2.0", mask="24", nh="168.192.100.1", metric=1)
    bad = messages.Route(dest="192.0.2.1", mask="24", nh="168.192.100.1", metric=1)
    result = router.AddRoutes(
        iter([bad, good]), timeout=600, metadata=(("guidepost-extended", "1"),)
    )
    assert (result.success, result.accepted, result.rejected) == (False, 1, 1)
    assert result.errors[0].index == 0
    assert "192.0.2.0" in result.errors[0].text
    _, output, _ = run(routing_client, "--lookup-only", "--lookup", "192.0.2.9")
    assert "192.0.2.0/255.255.255.0 via 168.192.100.1" in output


def test_an_empty_stream_succeeds(router):
    assert router.AddRoutes(iter([]), timeout=600).success


def test_the_random_route_is_a_network_of_256_addresses():
    for _ in range(100):
        _, route = routing_client.example_routes()
        network = ipaddress.ip_network(f"{route.dest}/{route.mask}")
        assert network.prefixlen == 24


def test_the_random_route_has_a_next_hop_that_a_router_can_have():
    for _ in range(1000):
        _, route = routing_client.example_routes()
        hop = ipaddress.ip_address(route.nh)
        assert not hop.is_multicast and not hop.is_loopback

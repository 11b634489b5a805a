"""Which addresses are inner ones, and what one owner holds of addresses."""

from ipaddress import ip_address, ip_network

import pytest

from runtime.platform.networks import neighbourhood, open_to, open_to_cameras

OF_A_GATEWAY = [
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "::7f00:1",
]


@pytest.mark.parametrize(
    "address", [*OF_A_GATEWAY, "64:ff9b::808:808", "2002:808:808::", "::808:808", "2001:0:808:808::"]
)
def test_an_address_that_a_gateway_translates_is_an_inner_one(address: str) -> None:
    assert not open_to(ip_address(address), ())


@pytest.mark.parametrize("address", OF_A_GATEWAY)
def test_whoever_allows_a_gateway_has_not_allowed_what_lies_behind_it(address: str) -> None:
    gateways = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "::/96")))
    assert not open_to(ip_address(address), gateways)
    assert open_to(ip_address("64:ff9b::808:808"), gateways)
    assert open_to(ip_address("64:ff9b::a00:1"), (*gateways, ip_network("10.0.0.0/8")))


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "fd00::1", "fe80::1", "ff02::1", "::"])
def test_inner_addresses_stay_inner(address: str) -> None:
    assert not open_to(ip_address(address), ())


@pytest.mark.parametrize("address", ["8.8.8.8", "2400:3200::1", "::ffff:8.8.8.8"])
def test_public_addresses_are_open(address: str) -> None:
    assert open_to(ip_address(address), ())


def test_loopback_may_be_allowed() -> None:
    allowed = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    assert open_to(ip_address("127.0.0.1"), allowed)
    assert open_to(ip_address("::1"), allowed)


@pytest.mark.parametrize(
    ("host", "owner"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9%eth0", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_one_owner_s_addresses_count_as_one(host: str, owner: str) -> None:
    assert neighbourhood(host) == owner


def test_cameras_are_anywhere_but_on_this_host_or_just_where_the_operator_says() -> None:
    own = (ip_network("10.20.0.0/16"),)
    here = {"127.0.0.1", "::1", "169.254.169.254", "0.0.0.0", "224.0.0.1", "64:ff9b::7f00:1"}  # noqa: S104 - never listened on
    assert [one for one in here if open_to_cameras(ip_address(one), ())] == []
    assert open_to_cameras(ip_address("192.168.1.64"), ())
    assert open_to_cameras(ip_address("10.20.3.4"), own)
    assert not open_to_cameras(ip_address("192.168.1.64"), own)
    assert open_to_cameras(ip_address("127.0.0.1"), (ip_network("127.0.0.0/8"),)), "a gateway beside the service"

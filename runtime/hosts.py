import ipaddress


def loopback(host: str) -> bool:
    """Whether the address belongs to this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

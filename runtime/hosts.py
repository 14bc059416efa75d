"""Names inside a member: /etc/hosts, /etc/hostname and the bundle's own addresses."""

import fcntl
import socket
import struct
from collections.abc import Mapping

_SIOCGIFADDR = 0x8915

# The lines that Docker writes at the head of every hosts file, the second part where the network has IPv6.
_HEAD = "127.0.0.1\tlocalhost\n"
_HEAD_6 = """::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
ff00::0\tip6-mcastprefix
ff02::1\tip6-allnodes
ff02::2\tip6-allrouters
"""


def hosts_file(
    names: Mapping[str, list[str]],
    network_addresses: Mapping[str, list[str]],
    default_address: str,
    hostname: str,
    own_networks: list[str],
    extra: list[tuple[str, str]],
    has_ipv6: bool = True,
) -> str:
    """A hosts file: each name at the addresses of the first network that both members are on, the host name at those of
    the member's own networks. Of a name in `extra` nothing else is said, as nobody asks DNS for it then."""
    lines = [f"{address}\t{name}\n" for name, address in extra]
    said = {name.lower() for name, _ in extra}
    for name, networks in names.items():
        if name.lower() in said:
            continue
        addresses = next(
            (network_addresses[net] for net in networks if net in network_addresses), [default_address]
        )
        lines += [f"{address}\t{name}\n" for address in addresses]
    bare, *domain = hostname.split(".", 1)
    # The bare name stands after a full one, as Docker writes it.
    words = f"{hostname} {bare}" if domain else hostname
    if domain or hostname not in names:
        found = [address for network in own_networks for address in network_addresses.get(network, [])]
        lines += [f"{address}\t{words}\n" for address in dict.fromkeys(found or [default_address])]
    return _HEAD + (_HEAD_6 if has_ipv6 else "") + "".join(lines)


def visible_names(
    all_names: Mapping[str, list[str]], own: list[str], links: Mapping[str, str]
) -> dict[str, list[str]]:
    """Names of members that share a network with one on the networks `own`, and its aliases for some of them. On the
    Engine's own bridge there are names of links alone."""
    if not own:
        return {name: [] for name in sorted({*links, *links.values()})}
    entries = [*all_names.items(), *((alias, all_names.get(name, [])) for alias, name in links.items())]
    shared = {name: [network for network in networks if network in own] for name, networks in entries}
    return dict(sorted((name, networks) for name, networks in shared.items() if networks))


def split_extra_host(entry: str, default_address: str) -> tuple[str, str]:
    """`name=address` (or Compose's older `name:address`) as a pair; host-gateway stays as it is."""
    name, separator, address = entry.partition("=")
    if not separator:
        name, _, address = entry.partition(":")
    return name, address.strip("[]") or default_address


def own_addresses() -> list[str]:
    """Addresses of this container by which others reach it, in order of its interfaces, IPv4 first."""
    found: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            try:
                answer = fcntl.ioctl(probe.fileno(), _SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
            except OSError:
                continue
            address = socket.inet_ntoa(answer[20:24])
            if not address.startswith("127."):
                found.append(address)
    try:
        with open("/proc/net/if_inet6", encoding="ascii") as file:
            return found + global_addresses(file.read())
    except OSError:  # a kernel without IPv6
        return found


def global_addresses(table: str) -> list[str]:
    """IPv6 addresses of /proc/net/if_inet6 but for loopback and those of a link (proc_net_if_inet6(5): scope 0)."""
    rows = sorted((line.split() for line in table.splitlines()), key=lambda row: int(row[1], 16))
    return [socket.inet_ntop(socket.AF_INET6, bytes.fromhex(row[0])) for row in rows if row[3] == "00"]


def network_addresses(aliases: Mapping[str, str], own: list[str]) -> dict[str, list[str]]:
    """For each network the bundle's own addresses there: what its alias resolves to, as far as that is ours.
    With one address nothing has to be asked."""
    if len(own) == 1:
        return {network: own for network in aliases}
    found: dict[str, list[str]] = {}
    for network, alias in aliases.items():
        try:
            answers = {item[4][0] for item in socket.getaddrinfo(alias, None)}
        except OSError:
            continue
        if matches := [address for address in own if address in answers]:
            found[network] = matches
    return found

"""The files of a member that name it and the others: hosts, hostname and resolv.conf."""

from collections.abc import Mapping
from typing import Any

import environment
import hosts
import layout
import rootfs
import standin

GATEWAY = "host-gateway"
# In `extra_hosts` of the bundle.
_ASKED = f"bundle-{GATEWAY}"


def files(
    launch: Mapping[str, Any], root: str, hostname: str, folder: str, container: Mapping[str, str]
) -> dict[str, str]:
    """Writes them; destination → source of those to bind in. Where the user has mounted a file of their own in the
    place of one, that is what the member sees, as in a container."""
    layout.write_atomically(f"{folder}/hosts", _hosts(launch, hostname, container), 0o644)
    layout.write_atomically(f"{folder}/hostname", f"{hostname}\n", 0o644)
    # A copy: what a member makes of it concerns nobody else.
    layout.write_atomically(f"{folder}/resolv.conf", _text("/etc/resolv.conf"), 0o644)
    found = {
        "/etc/hosts": f"{folder}/hosts",
        "/etc/hostname": f"{folder}/hostname",
        "/etc/resolv.conf": f"{folder}/resolv.conf",
    }
    mounted = standin.mount_points()
    return {target: source for target, source in found.items() if rootfs.resolve(root, target) not in mounted}


def _hosts(launch: Mapping[str, Any], hostname: str, container: Mapping[str, str]) -> str:
    own = hosts.own_addresses()
    default = own[0] if own else "127.0.0.1"
    bundle = layout.load_bundle()
    of_container = _text("/etc/hosts")
    entries = environment.texts(launch.get("extraHosts", []), container)
    if bundle.get("foreignNetwork") and not entries:
        return of_container  # that of whose network it is, as the Engine has it
    extra = [hosts.split_extra_host(entry, default) for entry in entries]
    lines = [line.split() for line in of_container.splitlines() if line.strip()]
    extra = [
        (name, one)
        for name, address in extra
        for one in (_gateways(lines, name) if address == GATEWAY else [address])
    ]
    networks = hosts.network_addresses(bundle.get("networks", {}), own) if own else {}
    visible = hosts.visible_names(
        bundle.get("names", {}), launch.get("networks", []), launch.get("links", {})
    )
    has_ipv6 = any(address == "::1" for address, *_ in lines)
    return hosts.hosts_file(visible, networks, default, hostname, launch.get("networks", []), extra, has_ipv6)


def _gateways(lines: list[list[str]], name: str) -> list[str]:
    """What the Engine knows as the host: asked under a name of our own, for a sibling may mean another by `name`."""
    named = {word: [address for address, *names in lines if word in names] for word in (_ASKED, name)}
    return named[_ASKED] or named[name]


def _text(path: str) -> str:
    """One of the container's files; empty where somebody took it away."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except FileNotFoundError:
        return ""

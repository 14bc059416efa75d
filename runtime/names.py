"""The files of a member that name it and the others: hosts, hostname and resolv.conf."""

from collections.abc import Mapping
from typing import Any

import environment
import hosts
import layout
import rootfs
import standin


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
    granted = {name: address for address, *names in lines for name in names}
    extra = [
        (name, granted.get(name, address) if address == "host-gateway" else address)
        for name, address in extra
    ]
    networks = hosts.network_addresses(bundle.get("networks", {}), own) if own else {}
    visible = hosts.visible_names(
        bundle.get("names", {}), launch.get("networks", []), launch.get("links", {})
    )
    return hosts.hosts_file(visible, networks, default, hostname, extra)


def _text(path: str) -> str:
    """One of the container's files; empty where somebody took it away."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except FileNotFoundError:
        return ""

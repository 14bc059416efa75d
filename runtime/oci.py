"""Completes a member's OCI configuration with what is known at start, for the rung that it got."""

from typing import Any

import groups
import limits
import places
import rungs
from environment import LaunchError

# Siblings of one user id are to be seen in the bound /proc. Read-only, so that a member cannot raise their
# oom_score_adj; its own is what this costs (docs/decisions/0005-proc-is-read-only-on-the-default-rung.md).
_BOUND_PROC = {"destination": "/proc", "type": "bind", "source": "/proc", "options": ["rbind", "ro"]}
# What the process that mounts is: the member's PID 1. So /proc/1/fd/1 (cron jobs, links of log files), /proc/1/comm
# and the like are the member's own there, and nothing of the bundle's init is seen.
DOCKER_INIT = "/sbin/docker-init"
_OWN_FIRST = {"destination": "/proc/1", "type": "bind", "source": "/proc/self", "options": ["bind"]}


def complete(
    base: dict[str, Any],
    rung: str,
    procfs: str,
    process: dict[str, Any],
    hostname: str,
    files: dict[str, str],
    group: str,
) -> dict[str, Any]:
    """config.json for crun. `process`: what the launcher resolved. `files`: destination → source, bound in. `group`:
    the member's control group, empty for none."""
    process = base.get("process", {}) | process | {"terminal": False}
    if process["user"]["uid"] != 0 and "capabilities" in process:
        # As the Engine: capabilities are root's. With them the program would be found past the modes of files.
        process["capabilities"] = process["capabilities"] | {"effective": [], "permitted": []}
    _fit_score(process)
    limits.fit(process)
    linux = dict(base.get("linux", {}))
    config = base | {"process": process, "hostname": hostname, "linux": linux}
    resources = linux.pop("resources", {})  # without a group the launcher sets what can be set without one
    # The network is the bundle's.
    wanted = [{"type": kind} for kind in ("pid", "mount", "ipc", "uts")]
    mounts = [mount for mount in config.get("mounts", []) if mount["destination"] not in files]
    if group:
        linux |= {"cgroupsPath": group, "resources": groups.possible(group, resources)}
        wanted.append({"type": "cgroup"})
        mounts.append(groups.mount(group))
    if rung == "userns":
        wanted.insert(0, {"type": "user"})
        linux["uidMappings"], linux["gidMappings"] = rungs.id_map()
        if procfs == "bind":
            mounts = [mount for mount in mounts if mount["destination"] != "/proc"]
            mounts[:0] = [_BOUND_PROC, _OWN_FIRST]
            # Docker's own masks come along with the bind.
            linux["maskedPaths"] = [p for p in linux.get("maskedPaths", []) if not p.startswith("/proc/")]
            linux["readonlyPaths"] = []
    linux["namespaces"] = wanted
    # A fresh sysfs needs an own network namespace; the container's is the right one.
    if rung != "chroot":  # there, what is mounted below a folder that stands for a tmpfs is seen
        mounts = _kept(mounts, config["root"]["path"])
    # As the Engine: its init is nobody's to change, and what names the member is as read-only as its root.
    is_readonly = bool(config["root"].get("readonly"))
    config["mounts"] = [_bound_sys(mount) for mount in mounts] + [
        {
            "destination": target,
            "type": "bind",
            "source": source,
            "options": ["bind", "rprivate", *(["ro"] if is_readonly or target == DOCKER_INIT else [])],
        }
        for target, source in files.items()
    ]
    return config


def _fit_score(process: dict[str, Any]) -> None:
    """Without a word 0, for the container may have less, which a sibling asked for. Nobody gets less than the
    container: that takes CAP_SYS_RESOURCE."""
    with open("/proc/self/oom_score_adj", encoding="ascii") as file:
        least = int(file.read())
    if "oomScoreAdj" in process:
        process["oomScoreAdj"] = max(process["oomScoreAdj"], least)
    elif least < 0:
        process["oomScoreAdj"] = 0


def _kept(mounts: list[dict[str, Any]], root: str) -> list[dict[str, Any]]:
    """crun mounts one after the other in the root itself. What comes from the root to be mounted again, over a mount
    that hides it, is kept meanwhile where /proc covers it in the end."""
    hidden = [mount for mount in mounts if mount.get("source", "").startswith(f"{root}/")]
    if not hidden:
        return mounts
    for source in (mount["source"] for mount in hidden):
        if places.leads_out(root, source.removeprefix(root)):
            raise LaunchError(f"a link is on the way to what is mounted at {source.removeprefix(root)}")
    keep = [{"destination": "/proc", "type": "tmpfs", "source": "tmpfs", "options": ["mode=700"]}]
    keep += [mount | {"destination": f"/proc/{index}"} for index, mount in enumerate(hidden)]
    again = [mount | {"source": f"{root}/proc/{index}"} for index, mount in enumerate(hidden)]
    proc = [mount for mount in mounts if f"{mount['destination']}/".startswith("/proc/")]
    others = [mount for mount in mounts if mount not in hidden and mount not in proc]
    # What is in another comes after it, as the Engine sorts them.
    return keep + sorted(others + again, key=lambda mount: mount["destination"].rstrip("/").count("/")) + proc


def _bound_sys(mount: dict[str, Any]) -> dict[str, Any]:
    if mount["destination"] == "/sys" and mount.get("type") == "sysfs":
        return {"destination": "/sys", "type": "bind", "source": "/sys", "options": ["rbind", "ro"]}
    return mount

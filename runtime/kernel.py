"""The few system calls that Python 3.11 has no word for."""

import ctypes
import errno
import os
import struct

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID = 0x10000000, 0x20000000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
_PR_SET_CHILD_SUBREAPER = 36
_PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 24, 38, 47, 4
_CAPABILITY_VERSION_3 = 0x20080522
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41, "armv7l": 218, "ppc64le": 203, "riscv64": 41, "s390x": 217}

CAPABILITIES = (
    "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE "
    "NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT "
    "SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE "
    "AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ "
    "PERFMON BPF CHECKPOINT_RESTORE"
).split()

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def keep_freed_memory() -> None:
    """mallopt(3): what init copies lines with does not go back to the kernel after each read, to be faulted in, page by
    page, at the next. In a virtual machine that takes three times as long as the copies."""
    _libc.mallopt(_M_MMAP_THRESHOLD, 1 << 20)  # said as well: to set one of them ends glibc's own adjustment
    _libc.mallopt(_M_TRIM_THRESHOLD, 2 << 20)


def unshare(flags: int) -> None:
    """unshare(2)."""
    _check(_libc.unshare(ctypes.c_int(flags)), "unshare")


def mount(source: str, target: str, kind: str, flags: int = 0) -> None:
    """mount(2)."""
    result = _libc.mount(source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), None)
    _check(result, f"mount {kind or source}")


def may_pivot_root() -> bool:
    """Whether pivot_root(2) gets past the syscall filter: with senseless paths it fails either way, but not alike."""
    _libc.syscall(_PIVOT_ROOT.get(os.uname().machine, -1), b"/nonexistent", b"/nonexistent")
    return ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS)


def set_hostname(name: str) -> None:
    """sethostname(2)."""
    _check(_libc.sethostname(name.encode(), len(name.encode())), "sethostname")


def adopt_orphans() -> None:
    """prctl(PR_SET_CHILD_SUBREAPER): orphans below this process become its children, not those of PID 1."""
    _check(_libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "subreaper")


def held_capabilities() -> set[str]:
    """Effective capabilities of this process, by name without CAP_."""
    with open("/proc/self/status", encoding="ascii", errors="replace") as file:
        line = next(line for line in file if line.startswith("CapEff:"))
    mask = int(line.split()[1], 16)
    return {name for number, name in enumerate(CAPABILITIES) if mask >> number & 1}


def drop_bounding(keep: set[str]) -> None:
    """Takes every capability but `keep` out of the bounding set: no later exec brings it back."""
    for number, name in enumerate(CAPABILITIES):
        if name not in keep:
            _libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0)  # EINVAL: a capability the kernel has not
    _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)


def give_up_administration() -> None:
    """CAP_SYS_ADMIN, for good: with it crun makes the mounts of a user namespace before it is in there, where
    /proc/self is its own."""
    names = held_capabilities()
    if "SYS_ADMIN" in names:
        if "SETPCAP" not in names:
            raise OSError("CAP_SETPCAP is missing beside CAP_SYS_ADMIN, which could not be given up")
        drop_bounding(names - {"SYS_ADMIN"})
        set_capabilities(names - {"SYS_ADMIN"})


def set_capabilities(names: set[str]) -> None:
    """Effective and permitted := `names`, inheritable := none."""
    mask = sum(1 << number for number, name in enumerate(CAPABILITIES) if name in names)
    low, high = mask & 0xFFFFFFFF, mask >> 32
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    _check(_libc.capset(header, struct.pack("6I", low, low, 0, high, high, 0)), "capset")


def no_new_privileges() -> None:
    """prctl(PR_SET_NO_NEW_PRIVS)."""
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")

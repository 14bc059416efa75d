"""crun as a sealed copy in memory. What enters a container must not be overwritten from within it (CVE-2019-5736), so
crun copies itself at every call, unless it runs from such a copy already: here all calls share one."""

import fcntl
import os

import layout

_LINK = f"{layout.RUN}/sealed/crun"  # the last part is the name by which ps knows it
_MFD_EXEC = 0x10  # Linux 6.3; where memory may not be executed without it
# What crun asks for, no more and no less.
_SEALS = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE


def make() -> None:
    """The copy, which lives as long as this process. Where there can be none, crun copies itself."""
    forget()
    try:
        memory = _memory()
        with open(layout.CRUN, "rb") as source, open(memory, "wb", closefd=False) as target:
            target.write(source.read())
        fcntl.fcntl(memory, fcntl.F_ADD_SEALS, _SEALS)
        os.makedirs(os.path.dirname(_LINK), mode=0o700, exist_ok=True)
        os.symlink(f"/proc/{os.getpid()}/fd/{memory}", _LINK)
    except OSError:
        return


def forget() -> None:
    """Before the descriptor is closed: its number will be another file's."""
    layout.remove(_LINK)


def program() -> str:
    """The file to execute for a command line of layout.crun."""
    return _LINK if os.access(_LINK, os.X_OK) else layout.CRUN


def _memory() -> int:
    flags = os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING
    try:
        return os.memfd_create("crun", flags | _MFD_EXEC)
    except OSError:
        return os.memfd_create("crun", flags)

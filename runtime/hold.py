"""The first program of a bundle: holds stops back until init can take them, and becomes init.

The kernel drops a signal that PID 1 of a namespace neither handles nor blocks, and whatever ld.so has to load (env, a
shell, Python) needs milliseconds until it can block one. These few instructions need no loading."""

import os
import struct

PATH = "/usr/lib/bundle-shared/bin/bundle-hold"
_HELD = 1 << 14 | 1 << 2 | 1 << 1  # TERM, QUIT, INT
_BASE = 0x400000

# rt_sigprocmask(SIG_BLOCK, &held, 0, 8); execve(argv[1], &argv[1], envp); exit_group(127); `held` follows the code.
_X86_64 = """
    31ff            xor edi, edi
    488d352b000000  lea rsi, [rip+held]
    31d2            xor edx, edx
    6a08            push 8
    415a            pop r10
    6a0e            push 14
    58              pop rax
    0f05            syscall
    488b0424        mov rax, [rsp]
    488d54c410      lea rdx, [rsp+rax*8+16]
    488d742410      lea rsi, [rsp+16]
    488b3e          mov rdi, [rsi]
    6a3b            push 59
    58              pop rax
    0f05            syscall
    6a7f            push 127
    5f              pop rdi
    b8e7000000      mov eax, 231
    0f05            syscall
"""
_AARCH64 = """
    000080d2        mov x0, 0
    c1010010        adr x1, held
    020080d2        mov x2, 0
    030180d2        mov x3, 8
    e81080d2        mov x8, 135
    010000d4        svc 0
    e90340f9        ldr x9, [sp]
    e1430091        add x1, sp, 16
    200040f9        ldr x0, [x1]
    220c098b        add x2, x1, x9, lsl 3
    a81b80d2        mov x8, 221
    010000d4        svc 0
    e00f80d2        mov x0, 127
    c80b80d2        mov x8, 94
    010000d4        svc 0
"""
_MACHINES = {"x86_64": (62, _X86_64), "aarch64": (183, _AARCH64)}


def program(machine: str) -> bytes:
    """A static ELF executable; elsewhere a script that is nearly as good (bundle-init blocks the signals itself)."""
    if machine not in _MACHINES:
        return b'#!/bin/sh\nexec "$@"\n'
    number, listing = _MACHINES[machine]
    code = bytes.fromhex("".join(line.split()[0] for line in listing.strip().splitlines()))
    code += struct.pack("<Q", _HELD)
    head, size = 64 + 56, 64 + 56 + len(code)
    identity = b"\x7fELF\x02\x01\x01".ljust(16, b"\0")  # 64 bits, little-endian
    header = struct.pack("<HHIQQQIHHHHHH", 2, number, 1, _BASE + head, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    segment = struct.pack("<IIQQQQQQ", 1, 5, 0, _BASE, _BASE, size, size, 0x10000)
    return identity + header + segment + code


def write(path: str) -> None:
    """The program for this machine."""
    with open(path, "wb") as file:
        file.write(program(os.uname().machine))
    os.chmod(path, 0o755)

"""A member's environment, from low to high: the image's, its env files', the container's `<PREFIX>KEY` variables.

Values pass byte for byte. Only what is no UTF-8 cannot: as the Engine's own API does, each such byte becomes U+FFFD.
"""

import os
from collections.abc import Iterable, Mapping

import envfile
from spec import LaunchError, Member, late_names

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def container_environment() -> dict[str, str]:
    """This process's environment, whatever the locale."""
    return {_text(key): _text(value) for key, value in os.environb.items()}


def member_environment(
    member: Member, siblings: Iterable[str], container: Mapping[str, str], hostname: str
) -> dict[str, str]:
    """Without HOME, which depends on the user: see `with_home`."""
    result = {"PATH": DEFAULT_PATH, "HOSTNAME": hostname, **member.environment.image}
    own = own_variables(member, siblings, container)
    result.update(_from_files(member, own, container))
    for key, value in own.items():
        if key not in member.environment.pass_through:
            result[key] = value
        elif value.startswith("="):
            result[key] = value[1:]
        else:
            # `environment: [KEY]` without a value on the caller's side takes the key away, the image's too.
            result.pop(key, None)
    return {key: _utf8(key, value) for key, value in result.items()}


def with_home(environment: Mapping[str, str], home: str) -> dict[str, str]:
    """HOME is the last entry exactly when it came from passwd (runc: when it is unset or empty)."""
    if environment.get("HOME"):
        return dict(environment)
    return {**{key: value for key, value in environment.items() if key != "HOME"}, "HOME": home}


def prefix_of(service: str) -> str:
    return service.upper().replace("-", "_").replace(".", "_") + "__"


def own_variables(member: Member, siblings: Iterable[str], container: Mapping[str, str]) -> dict[str, str]:
    """Variables of the container that carry this member's values, without the prefix and without late-bound fields."""
    prefix = member.environment.prefix
    longer = tuple(other for other in map(prefix_of, siblings) if len(other) > len(prefix))
    hidden = late_names(member)
    return {
        name[len(prefix) :]: value
        for name, value in container.items()
        if name.startswith(prefix) and name != prefix and name not in hidden and not name.startswith(longer)
    }


def _from_files(member: Member, own: Mapping[str, str], container: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in member.environment.files:
        # Compose looks a name up in its own environment, then in the service's, then in what the files said so far.
        known = {**found, **own, **container}
        try:
            with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
                found.update(envfile.parse(file.read(), known))
        except (OSError, ValueError) as error:
            raise LaunchError(f"env file {path}: {error}") from error
    return found


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _utf8(key: str, value: str) -> str:
    if "\0" in value:
        raise LaunchError(f"environment variable {key}: a NUL byte cannot be passed to a program")
    if value.isascii():
        return value
    return "".join("\ufffd" if 0xDC80 <= ord(letter) <= 0xDCFF else letter for letter in value)

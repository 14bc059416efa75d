"""The environment of a member's program, composed from image, env files and the container's variables."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import dotenv
import shellwords

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

# What Compose gives every container where the client's configuration has `proxies` (docker/cli, ParseProxyConfig).
PROXIES = [
    spelled
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY")
    for spelled in (name, name.lower())
]


class LaunchError(Exception):
    """Why a member cannot start, with the exit code that Docker would give; 126 ends it whatever its policy."""

    def __init__(self, message: str, code: int = 126) -> None:
        super().__init__(message)
        self.code = code


def own_variables(container: Mapping[str, str], prefix: str, prefixes: list[str]) -> dict[str, str]:
    """Variables under `prefix`, without those that a longer prefix of another member owns."""
    longer = tuple(other for other in prefixes if len(other) > len(prefix) and other.startswith(prefix))
    mine = [
        name for name in container if name.startswith(prefix) and not (longer and name.startswith(longer))
    ]
    return {name[len(prefix) :]: container[name] for name in mine if len(name) > len(prefix)}


def program_environment(
    spec: Mapping[str, Any],
    own: Mapping[str, str],
    read: Callable[[str], str | None],
    container: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, str]:
    """image < proxies < env files < the member's variables. `read` answers None for a file that is not there.
    `container` holds what env files take from around them."""
    values: dict[str, str] = {"PATH": DEFAULT_PATH} | dict(spec["image"])
    from_files: dict[str, str] = {}
    plain = {name: value for name, value in own.items() if name not in spec["passThrough"]}
    around = _lookup(_passed(spec.get("fileVariables", {}), container), plain)
    for entry in spec["files"]:
        path, parse = (entry, dotenv.parse) if isinstance(entry, str) else (entry["path"], dotenv.parse_raw)
        text = read(path)
        if text is None:
            continue
        try:
            from_files |= parse(text, around, from_files)
        except dotenv.EnvFileError as error:
            raise LaunchError(f"env file {path}: {error}") from error
    values |= {name: container[name] for name in PROXIES if name in container} | from_files
    for key, value in own.items():
        if key not in spec["passThrough"]:
            values[key] = value
        elif value.startswith("="):
            values[key] = value[1:]
        else:
            # A key without a value that the caller has not set takes the image's away, too.
            values.pop(key, None)
    return values


def text(value: Any, container: Mapping[str, str]) -> str:
    """A text of launch.json: a string, or the value of a variable; `otherwise` when that is empty."""
    if isinstance(value, str):
        return value
    if value["var"] not in container:
        raise LaunchError(f"variable {value['var']} is not set: the rewritten compose file sets it")
    return container[value["var"]] or value.get("otherwise", "")


def texts(values: list[Any], container: Mapping[str, str]) -> list[str]:
    """A list of texts; `words` entries become as many words as Compose would make of them."""
    out: list[str] = []
    for value in values:
        if isinstance(value, dict) and "words" in value:
            words = [word for name in value["words"] for word in _split(name, container)]
            out += words or value.get("otherwise", [])
        else:
            out.append(text(value, container))
    return out


def _split(name: str, container: Mapping[str, str]) -> list[str]:
    try:
        return shellwords.split(text({"var": name}, container))
    except shellwords.WordsError as error:
        raise LaunchError(f"variable {name}: {error}") from error


def _lookup(*places: Mapping[str, str]) -> Callable[[str], str | None]:
    return lambda name: next((place[name] for place in places if name in place), None)


def _passed(variables: Mapping[str, str], container: Mapping[str, str]) -> dict[str, str]:
    """What the caller had set when the container was made: `=VALUE`."""
    values = {name: container.get(variable, "") for name, variable in variables.items()}
    return {name: value[1:] for name, value in values.items() if value.startswith("=")}


def late_names(launch: Mapping[str, Any]) -> set[str]:
    """Variables of the container that fill in fields of this member: its program never sees them."""
    fields = [launch[key] for key in ("args", "groups", "extraHosts") if launch.get(key)]
    fields += [[launch.get("user"), launch.get("cwd"), launch.get("hostname")]]
    if launch.get("healthcheck"):
        fields.append(launch["healthcheck"]["test"])
    items = [item for field in fields for item in field if isinstance(item, Mapping)]
    names = {name for item in items for name in ([item["var"]] if "var" in item else item["words"])}
    return names | set(launch["environment"].get("fileVariables", {}).values())

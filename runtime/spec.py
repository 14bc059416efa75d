"""What a bundle and its members are: /etc/bundle as values (docs/bundle-layout.md). Reads files, decides nothing.

Named tuples, not dataclasses: importing `dataclasses` alone costs every start of a member 20 ms. Camel-case keys of
launch.json are snake-case fields here; a Text and a Word stay as written, `late_text` and `late_words` bind them.
"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import shellwords

CONFIG = "/etc/bundle"
STATE = "/run/bundle"
CRUN_STATE = f"{STATE}/crun"

#: A string, or {"var": NAME}; in lists also {"words": NAME}.
Text = str | Mapping[str, str]


class Bundle(NamedTuple):
    project: str
    bundle: str
    #: In start order.
    members: tuple[str, ...]
    #: Network of the project -> alias of the bundle on that network alone.
    networks: Mapping[str, str]


class Environment(NamedTuple):
    prefix: str
    image: Mapping[str, str]
    files: tuple[str, ...] = ()
    pass_through: tuple[str, ...] = ()


class Restart(NamedTuple):
    attempts: int | None = None
    delay_seconds: float | None = None
    window_seconds: float | None = None


class Stop(NamedTuple):
    signal: str = "SIGTERM"
    grace_seconds: float = 10


class Dependency(NamedTuple):
    service: str
    condition: str
    required: bool = True
    restart: bool = False


class Healthcheck(NamedTuple):
    test: tuple[Text, ...]
    shell: tuple[str, ...] = ()
    interval_seconds: float = 30
    timeout_seconds: float = 30
    retries: int = 3
    start_period_seconds: float = 0
    start_interval_seconds: float = 5


class Member(NamedTuple):
    service: str
    args: tuple[Text, ...]
    environment: Environment
    user: Text = ""
    groups: tuple[Text, ...] = ()
    cwd: Text = "/"
    hostname: Text | None = None
    names: Mapping[str, tuple[str, ...]] = {}
    extra_hosts: tuple[Text, ...] = ()
    restart: Restart = Restart()
    critical: bool = False
    stop: Stop = Stop()
    depends_on: tuple[Dependency, ...] = ()
    healthcheck: Healthcheck | None = None
    logs: str = "prefix"
    stdin: bool = False
    #: Pins a rung.
    isolation: str | None = None
    procfs: str = "bind"
    init_process: bool = False


class LaunchError(Exception):
    """The member cannot be started; the message is for an operator, the code is the program's exit code."""

    def __init__(self, message: str, code: int = 125) -> None:
        super().__init__(message)
        self.code = code


def load_bundle(config: str = CONFIG) -> Bundle:
    raw = read_json(f"{config}/bundle.json")
    return Bundle(raw["project"], raw["bundle"], tuple(raw["members"]), raw["networks"])


def load_member(name: str, config: str = CONFIG) -> Member:
    return member_from(read_json(f"{config}/members/{name}/launch.json"))


def member_from(raw: dict[str, Any]) -> Member:
    fields = _snake(raw)
    fields["environment"] = Environment(**_snake(raw["environment"]))
    fields["restart"] = Restart(**_snake(raw.get("restart", {})))
    fields["stop"] = Stop(**_snake(raw.get("stop", {})))
    fields["depends_on"] = tuple(Dependency(**_snake(item)) for item in raw.get("dependsOn", ()))
    fields["names"] = {name: tuple(networks) for name, networks in raw.get("names", {}).items()}
    check = raw.get("healthcheck")
    fields["healthcheck"] = None if check is None else Healthcheck(**_snake(check))
    return Member(**fields)


def late_text(text: Text, environment: Mapping[str, str]) -> str:
    """The text itself, or the value of the container's variable that it names; unset is empty."""
    return text if isinstance(text, str) else environment.get(text["var"], "")


def late_words(words: tuple[Text, ...], environment: Mapping[str, str]) -> list[str]:
    """A list of texts in which `{"words": NAME}` becomes as many words as Compose would make of that value."""
    bound: list[str] = []
    for word in words:
        if isinstance(word, str) or "words" not in word:
            bound.append(late_text(word, environment))
        else:
            bound.extend(shellwords.split(environment.get(word["words"], "")))
    return bound


def late_names(member: Member) -> frozenset[str]:
    """Variables of the container that bind fields of this member: its program never sees them."""
    check = member.healthcheck.test if member.healthcheck else ()
    texts = (*member.args, member.user, *member.groups, member.cwd, member.hostname, *member.extra_hosts, *check)
    return frozenset(name for text in texts if isinstance(text, Mapping) for name in text.values())


def read_json(path: str) -> Any:
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def _snake(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Keys in snake case, lists as tuples."""
    return {_snake_key(key): tuple(value) if isinstance(value, list) else value for key, value in raw.items()}


def _snake_key(key: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in key)

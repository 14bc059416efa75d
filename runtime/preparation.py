"""What comes before a member's process, beside init's loop, which waits for nobody."""

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping

import filters
import launch
from launch import Launch
from signals import STOP_SIGNALS

# Two at a time take as long as all at once, for Python runs one thread at a time. The first members start meanwhile,
# and their crun compiles the filter that the others will use.
_TURNS = 2
# Nobody waits longer for a turn; a turn that lasts longer, because a drive or DNS is awaited, counts no more.
_PATIENCE = 0.5
_condition = threading.Condition()
_turns: dict[int, float] = {}  # thread id and when its turn began


@contextlib.contextmanager
def _turn() -> Iterator[None]:
    with _condition:
        deadline = time.monotonic() + _PATIENCE
        while (until := min(deadline, _next_turn())) > (now := time.monotonic()):
            _condition.wait(until - now)
        _turns[threading.get_ident()] = time.monotonic()
    try:
        yield
    finally:
        with _condition:
            del _turns[threading.get_ident()]
            _condition.notify()


def _next_turn() -> float:
    """The time at which there is one, unless one is given back before."""
    ends = sorted(begun + _PATIENCE for begun in _turns.values())
    return ends[-_TURNS] if len(ends) >= _TURNS else 0.0


class Preparation:
    """launch.prepare in a thread. `launch` is there when it is done, and `wake` is called."""

    def __init__(self, service: str, container: Mapping[str, str], wake: Callable[[], None]) -> None:
        self.launch: Launch | None = None
        self._service, self._container, self._wake = service, container, wake
        self._is_outdated = False
        try:
            threading.Thread(target=self._run_beside, daemon=True).start()
        except RuntimeError:  # no more threads: the loop has to wait after all
            self._run()

    def begin_again(self) -> bool:
        """Has everything read anew, for another start; False when it is over already."""
        self._is_outdated = True
        return self.launch is None

    def _run_beside(self) -> None:
        # A signal that a thread takes is forgotten when init is executed anew.
        signal.pthread_sigmask(signal.SIG_BLOCK, {*STOP_SIGNALS, signal.SIGCHLD})
        with _turn():
            self._run(filters.wait_for)

    def _run(self, wait_for: Callable[[Launch], None] | None = None) -> None:
        self._is_outdated = True
        while self._is_outdated:
            self._is_outdated = False
            made = launch.prepare(self._service, self._container)
            if wait_for:
                wait_for(made)
        self.launch = made
        self._wake()

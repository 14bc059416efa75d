"""What comes before a member's process, beside init's loop, which waits for nobody."""

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping

import launch
from launch import Launch
from signals import STOP_SIGNALS

# Two at a time take as long as all at once, and the first become programs meanwhile, for which crun compiles what the
# others need as well (filters.py). One that waits for a drive or DNS loses its turn.
_TURNS = 2
_TURN_SECONDS = 1
_condition = threading.Condition()
_turns: dict[int, float] = {}  # thread id and when its turn began


@contextlib.contextmanager
def _turn() -> Iterator[None]:
    own = threading.get_ident()
    with _condition:
        while sum(time.monotonic() - begun < _TURN_SECONDS for begun in _turns.values()) >= _TURNS:
            _condition.wait(_TURN_SECONDS)
        _turns[own] = time.monotonic()
    try:
        yield
    finally:
        with _condition:
            del _turns[own]
            _condition.notify()


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
            self._run()

    def _run(self) -> None:
        made = launch.prepare(self._service, self._container)
        while self._is_outdated:
            self._is_outdated = False
            made = launch.prepare(self._service, self._container)
        self.launch = made
        self._wake()

"""What comes before a member's process, beside init's loop, which waits for nobody."""

import signal
import threading
from collections.abc import Callable, Mapping

import launch
from launch import Launch
from signals import STOP_SIGNALS


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
        self._run()

    def _run(self) -> None:
        made = launch.prepare(self._service, self._container)
        while self._is_outdated:
            self._is_outdated = False
            made = launch.prepare(self._service, self._container)
        self.launch = made
        self._wake()

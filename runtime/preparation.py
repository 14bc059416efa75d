"""What comes before a member's process, beside init's loop, which waits for nobody."""

import threading
from collections.abc import Callable, Mapping

import launch
from launch import Launch


class Preparation:
    """launch.prepare in a thread. `launch` is there when it is done, and `wake` is called."""

    def __init__(self, service: str, container: Mapping[str, str], wake: Callable[[], None]) -> None:
        self.launch: Launch | None = None
        self._service, self._container, self._wake = service, container, wake
        try:
            threading.Thread(target=self._run, daemon=True).start()
        except RuntimeError:  # no more threads: the loop has to wait after all
            self._run()

    def _run(self) -> None:
        self.launch = launch.prepare(self._service, self._container)
        self._wake()

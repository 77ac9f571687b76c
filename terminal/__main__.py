"""Chooses a face: the window without arguments, the command line with them.

The first line that runs of every program called outcry.
"""

import os
import re
import sys
from pathlib import Path

_NO_SCREEN = "Outcry needs a screen for its window; none can be reached here. Without one use its commands: outcry --help"


def main() -> int:
    """The exit code of the face that was asked for."""
    if getattr(sys, "frozen", False):
        from multiprocessing import freeze_support

        freeze_support()
    arguments = sys.argv[1:]
    if not arguments:
        if not _has_screen():
            sys.stderr.write(f"{_NO_SCREEN}\n")
            return 2
        from terminal.ui.application import run as open_window

        return _left(open_window())
    from terminal.app.cli.interrupts import stop_at_once

    stop_at_once()
    from terminal.app.cli.main import run as answer

    return answer(arguments)


def _left(code: int) -> int:
    """Ends the process with `code` at once: everything is closed and written, but a given-up job's thread may still run compiled
    code, and the interpreter's own end would pull the ground from under it and under Qt's objects."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    os._exit(code)


def _has_screen() -> bool:
    """False where a window could not open: neither Wayland nor an X display that is there. Windows and macOS always have one."""
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    if os.environ.get("WAYLAND_DISPLAY"):
        return True
    display = os.environ.get("DISPLAY", "")
    local = re.fullmatch(r"(?:unix)?:(\d+)(?:\.\d+)?", display)
    return Path(f"/tmp/.X11-unix/X{local[1]}").exists() if local else bool(display)  # noqa: S108 - where every X server puts its socket


if __name__ == "__main__":
    sys.exit(main())

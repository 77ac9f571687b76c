"""Chooses a face: the window without arguments, the command line with them.

The first line that runs of every program called outcry.
"""

import sys


def main() -> int:
    """The exit code of the face that was asked for."""
    if getattr(sys, "frozen", False):
        from multiprocessing import freeze_support

        freeze_support()
    arguments = sys.argv[1:]
    if not arguments:
        from terminal.ui.application import run as open_window

        return open_window()
    from terminal.app.cli.main import run as answer

    return answer(arguments)


if __name__ == "__main__":
    sys.exit(main())

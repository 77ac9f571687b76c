"""The first line of the frozen program: the same front door as `python -m terminal`."""

import sys

from terminal.__main__ import main

if __name__ == "__main__":  # the process that compiles the engine reads this file too
    sys.exit(main())

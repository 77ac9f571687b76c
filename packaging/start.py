"""The first line of the frozen program: the same front door as `python -m terminal`."""

import sys

from terminal.__main__ import main

sys.exit(main())

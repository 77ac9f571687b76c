"""Where the files stand that travel with the program: fonts, icons, sample strategies, templates.

The one way to reach them, from the checkout, an installed wheel and the frozen program alike; before the first candle.
"""

from pathlib import Path

from terminal.domain.errors import BadInput

_PACKAGE = Path(__file__).resolve().parent.parent
_FOLDERS = (_PACKAGE / "resources", _PACKAGE.parent / "resources")


def resource_path(name: str) -> Path:
    """The file or folder `name`, such as "fonts/Inter-Regular.otf"; raises BadInput where this copy of Outcry lacks it."""
    for folder in _FOLDERS:
        path = folder / name
        if path.exists():
            return path
    raise BadInput(f"This copy of Outcry lacks its file {name!r}.", cure="Install it again: pip install --force-reinstall outcry.")

"""What the author of a strategy probably meant by a name that does not exist: a keyword, an attribute, a name in the file.

The loader adds it to the error that it reports at the line.
"""

import builtins
import inspect
import re
import traceback
from collections.abc import Iterable

from terminal.domain import parameters, signals
from terminal.domain.names import nearest

_KEYWORD = re.compile(r"(?P<owner>\w+)\.__init__\(\) got an unexpected keyword argument '(?P<name>\w+)'")
_CONTRACT = (signals.Signals, signals.Price, parameters.Int, parameters.Float, parameters.Choice, parameters.Bool)


def suggestion(error: BaseException) -> str:
    """ "Did you mean enter_long?" for a misspelt name, all that may be given where nothing is near, else an empty text."""
    if "Did you mean" in str(error):  # newer Pythons say it themselves
        return ""
    if isinstance(error, TypeError):
        return _of_keyword(str(error))
    if isinstance(error, AttributeError) and error.obj is not None and error.name:
        return _did_you_mean(error.name, (name for name in dir(error.obj) if not name.startswith("_")))
    if isinstance(error, NameError) and error.name:
        frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
        known = {**vars(builtins), **frames[-1].f_globals, **frames[-1].f_locals} if frames else vars(builtins)
        return _did_you_mean(error.name, known)
    return ""


def _of_keyword(message: str) -> str:
    found = _KEYWORD.match(message)
    owner = next((kind for kind in _CONTRACT if found is not None and kind.__init__.__qualname__.startswith(f"{found['owner']}.")), None)
    if found is None or owner is None:
        return ""
    known = list(inspect.signature(owner).parameters)
    return _did_you_mean(found["name"], known) or f"{owner.__name__} takes {', '.join(known)}."


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    return "".join(f"Did you mean {near}?" for near in nearest(name, known, count=1))

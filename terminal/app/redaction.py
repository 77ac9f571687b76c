"""Keeps secrets out of whatever is written or shown: found by their value, wherever they turn up.

Asked by the log and the crash hook; every secret is registered here the moment it becomes known.
"""

import base64
import json
import os
import re
import threading
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

_SHORTEST = 4  # shorter values would blacken ordinary words
_MASK = "•••"
_TELLING_NAME = re.compile(r"(SECRET|TOKEN|PASSWORD|PASSPHRASE|API_?KEY|PRIVATE_?KEY|CREDENTIALS?)$", re.IGNORECASE)


class Secrets:
    """The secret values known to this program. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forms: tuple[str, ...] = ()

    def add(self, value: str) -> None:
        """Registers a secret with the spellings it may turn up in: as JSON, in an address, base64."""
        value = value.strip()
        if len(value) < _SHORTEST:
            return
        forms = {value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], repr(value)[1:-1], quote(value), quote(value, safe="")}
        forms.add(base64.b64encode(value.encode()).decode())
        with self._lock:
            self._forms = tuple(sorted({*self._forms, *forms}, key=len, reverse=True))

    def add_environment(self, environment: Mapping[str, str] = os.environ) -> None:
        """Registers what the environment keeps secret: variables named like a secret, and passwords inside proxy addresses."""
        for name, value in environment.items():
            if _TELLING_NAME.search(name):
                self.add(value)
            if name.lower().endswith("_proxy"):
                self.add(_password(value))

    def redact(self, text: str) -> str:
        """`text` with every registered secret replaced by three dots."""
        for form in self._forms:
            if form in text:
                text = text.replace(form, _MASK)
        return text


def _password(address: str) -> str:
    try:
        return urlsplit(address).password or ""
    except ValueError:
        return ""

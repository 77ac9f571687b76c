"""The first five minutes as scripted in the design: a robot that knows only visible words, a fresh home, empty caches, no network."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_NEVER = ("probability that the strategy is real", "safe")


@pytest.mark.timeout(180)
def test_a_newcomer_gets_through_the_first_five_minutes(tmp_path: Path) -> None:
    pictures = Path(os.environ.get("OUTCRY_PICTURES", tmp_path / "pictures"))
    pictures.mkdir(parents=True, exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    environment |= {"OUTCRY_HOME": str(tmp_path / "fresh"), "PYTHONPATH": str(_ROOT), "QT_QPA_PLATFORM": "offscreen"}
    script = Path(__file__).with_name("first_five_minutes.py")
    ended = subprocess.run([sys.executable, str(script), str(pictures)], env=environment, capture_output=True, text=True, timeout=170, check=False)
    assert ended.returncode == 0, ended.stderr[-6000:]
    found = json.loads(ended.stdout.splitlines()[-1])
    (pictures / "found.json").write_text(json.dumps(found, indent=1))
    assert found["requests_before_asked"] == 0
    assert found["first_backtest_seconds"] < 60, found  # the promise of 5 s is measured on a quiet machine, by benchmarks/
    assert "variant" in found["verdict"]
    assert not any(words in found["verdict"].lower() for words in _NEVER)
    assert found["chart_moved"]
    assert {path.stem[3:] for path in pictures.glob("*.png")} >= {"start", "result", "trade", "slider", "offline", "own", "palette", "end"}

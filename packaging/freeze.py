"""Freezes Outcry into one folder with PyInstaller and lets the frozen program make its first journey.

python packaging/freeze.py        with the extra `dev` and Outcry itself installed; the same on Linux, Windows and macOS
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def frozen_program(dist: Path, system: str = sys.platform) -> Path:
    """Where PyInstaller leaves the program below `dist` on `system` (a value of `sys.platform`)."""
    if system == "darwin":
        return dist / "Outcry.app" / "Contents" / "MacOS" / "outcry"
    return dist / "outcry" / ("outcry.exe" if system == "win32" else "outcry")


def freeze(dist: Path) -> Path:
    """The frozen program, made anew below `dist`."""
    build = ["--distpath", str(dist), "--workpath", str(ROOT / "build" / "frozen"), str(ROOT / "packaging" / "outcry.spec")]
    subprocess.run([sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN", *build], cwd=ROOT, check=True)
    return frozen_program(dist)


def first_journey(program: Path) -> list[str]:
    """Names of the files that `outcry demo` of `program` leaves, from an empty home; CalledProcessError when it or the fault schedules fail."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        environment = {**os.environ, "OUTCRY_HOME": home}
        subprocess.run([program, "--version"], env=environment, check=True)
        subprocess.run([program, "demo", "--output", Path(home) / "demo"], env=environment, check=True)
        # from a hundred schedules on each processor has a process of its own, which a frozen program starts in a way of its own
        subprocess.run([program, "simulate-faults", "--schedules", "120"], env=environment, check=True)
        return sorted(path.name for path in (Path(home) / "demo").iterdir())


def main() -> int:
    """0 when the frozen program stands and wrote a table, a report and a picture."""
    program = freeze(ROOT / "dist")
    written = first_journey(program)
    print(program.relative_to(ROOT), "wrote", *written)
    missing = {".csv", ".html", ".png"} - {Path(name).suffix for name in written}
    if missing:
        print(f"The frozen demo wrote no {', no '.join(sorted(missing))}. See what it printed above.", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())

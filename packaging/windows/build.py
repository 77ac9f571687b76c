"""Packs the frozen program into `dist/outcry-VERSION-setup.exe` with NSIS, whose compiler runs on Windows and Linux alike.

python packaging/windows/build.py        after packaging/freeze.py; --folder and --version pack another folder under another version
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "packaging" / "windows" / "outcry.nsi"


def compiler() -> str | None:
    """The NSIS compiler: what the path names, or where its own installer puts it; None when NSIS is not installed."""
    usual = Path(os.environ.get("PROGRAMFILES(X86)", "")) / "NSIS" / "makensis.exe"
    return shutil.which("makensis") or (str(usual) if usual.is_file() else None)


def installer_command(nsis: str, folder: Path, version: str, target: Path) -> list[str]:
    """The call that packs `folder` as `version` into the file `target`. Raises FileNotFoundError when `folder` holds no program for Windows."""
    for name in ("outcry.exe", "_internal"):
        if not (folder / name).exists():
            raise FileNotFoundError(f"{folder} holds no {name}. Run packaging/freeze.py on Windows first.")
    kibibytes = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // 1024
    numbers = ".".join([*re.findall(r"\d+", version), "0", "0", "0", "0"][:4])  # what Windows compares; it knows no 0.2.0rc1
    defined = {"VERSION": version, "NUMBERS": numbers, "FOLDER": folder, "TARGET": target, "KIBIBYTES": kibibytes, "ROOT": ROOT, "SLASH": os.sep}
    return [nsis, "-NOCD", "-V2", "-WX", *(f"-D{name}={value}" for name, value in defined.items()), str(SCRIPT)]


def main(words: list[str] | None = None) -> int:
    """0 when the installer stands; the exit code of the compiler otherwise, and 1 without a compiler or a folder to pack."""
    parser = argparse.ArgumentParser(description="Packs the frozen program into a Windows installer.")
    parser.add_argument("--folder", type=Path, default=ROOT / "dist" / "outcry")
    parser.add_argument("--version", help="asked of the frozen program unless given")
    chosen = parser.parse_args(words)
    nsis = compiler()
    if nsis is None:
        print("NSIS is not installed. On Windows: choco install nsis; on Debian: apt-get install nsis.", file=sys.stderr)
        return 1
    folder = chosen.folder.resolve()
    try:
        version = chosen.version or subprocess.check_output([folder / "outcry.exe", "--version"], text=True).split()[1]
        target = ROOT / "dist" / f"outcry-{version}-setup.exe"
        command = installer_command(nsis, folder, version, target)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    target.parent.mkdir(exist_ok=True)
    ended = subprocess.run(command, check=False)
    if ended.returncode == 0:
        print(target)
    return ended.returncode


if __name__ == "__main__":
    sys.exit(main())

"""Runs every benchmark in a process of its own, so that none warms up or fills memory for the next: python -m benchmarks.run [name…]."""

import subprocess
import sys
from pathlib import Path


def main(chosen: list[str]) -> int:
    """1 where a benchmark failed or missed its figure, else 0."""
    folder = Path(__file__).parent
    names = sorted(path.stem.removeprefix("bench_") for path in folder.glob("bench_*.py"))
    unknown = set(chosen) - set(names)
    if unknown:
        print(f"There is no benchmark {', '.join(sorted(unknown))}. There are: {', '.join(names)}.", file=sys.stderr)
        return 2
    failed = []
    for name in chosen or names:
        print(f"== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.bench_{name}"], cwd=folder.parent, check=False).returncode != 0:
            failed.append(name)
    if failed:
        print(f"Failed or missed its figure: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

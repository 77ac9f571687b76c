"""A lost manifest made again from what the data files say of themselves.

Asked by a series whose index is missing or damaged; what can't be proved to be covered is asked for again.
"""

from collections.abc import Callable
from pathlib import Path

from terminal.market.store_files import FileDamaged, Identity, recover
from terminal.market.store_manifest import Manifest, Range, StoredFile, union


def rebuild(folder: Path, *, now: int, set_aside: Callable[[str], None] | None) -> Manifest:
    """The manifest of the data files in `folder`, the newest of each period; damaged ones go to `set_aside` by name.

    Raises FileNotFoundError where no data file can be believed. Only runs of candles without a hole count as covered.
    """
    newest: dict[str, tuple[Identity, StoredFile]] = {}
    for path in sorted(folder.glob("*.parquet")):
        try:
            identity, file = recover(path)
        except FileDamaged:
            if set_aside is not None:
                set_aside(path.name)
            continue
        if file.period not in newest or newest[file.period][1].generation < file.generation:
            newest[file.period] = identity, file
    if not newest:
        raise FileNotFoundError(folder)
    identity = max(newest.values(), key=lambda pair: pair[1].generation)[0]
    files = tuple(sorted((file for _, file in newest.values()), key=lambda file: file.first))
    generation = max(file.generation for file in files)
    return Manifest(identity.key, identity.instrument, identity.provenance, files, _runs(files, identity), generation, now)


def _runs(files: tuple[StoredFile, ...], identity: Identity) -> tuple[Range, ...]:
    runs: tuple[Range, ...] = ()
    for file in files:
        start = file.first
        for gap in file.gaps:
            runs = union(runs, (start, gap.start))
            start = gap.end
        runs = union(runs, (start, file.last + identity.key.timeframe.nanoseconds))
    return runs

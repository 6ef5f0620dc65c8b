"""What it costs to read a module back: whole, by outlines, from the cache, and by HashiCorp's parser.

    python benchmarks/read_back.py [--fleet 1000]

`slow` is python-hcl2 over every file of a module, in a process that has it loaded; `outlines` is the
fast reader with nothing kept; `again` is the fast reader once it knows the outlines; `pygohcl` is
HashiCorp's parser without places. Ratios are to `slow`. Then the wall time of a whole process, and
a fleet of partners that differ in name and addresses only.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ["NATLANE_CACHE_DIR"] = os.devnull  # no folder: nothing is kept unless said so

from natlane.hcl.blocks import by_whole_parse, read_blocks  # noqa: E402
from natlane.hcl.parse_cache import tree_of  # noqa: E402
from natlane.network.module import read_back  # noqa: E402

PROCESS = "import sys; from natlane.network.module import read_back; print(len(read_back(*sys.argv[1:])[0].blocks))"


def milliseconds(work: Callable[[], object], times: int, clock: Callable[[], float] = time.process_time) -> float:
    """The least of several runs, by the processor's time: what else the machine does only adds."""
    least = float("inf")
    for _ in range(times):
        start = clock()
        work()
        least = min(least, clock() - start)
    return least * 1000


def modules() -> None:
    """One line a partner."""
    try:
        import pygohcl
    except ImportError:
        pygohcl = None
    print(f"{'partner':16}{'bytes':>7}{'slow ms':>9}{'outlines':>9}{'again':>9}{'pygohcl':>9}")
    for folder in sorted(path for path in (ROOT / "out").iterdir() if path.is_dir()):
        texts = [path.read_text() for path in sorted(folder.glob("*.tf"))]

        def fresh(texts: list[str] = texts) -> None:
            tree_of.cache_clear()
            for text in texts:
                read_blocks("t.tf", text)

        slow = milliseconds(lambda texts=texts: [by_whole_parse("t.tf", text) for text in texts], 3)  # type: ignore[misc]
        ratios = [milliseconds(fresh, 3) / slow]
        ratios.append(milliseconds(lambda folder=folder: read_back(str(ROOT), folder.name), 9) / slow)  # type: ignore[misc]
        if pygohcl is not None:
            ratios.append(milliseconds(lambda texts=texts: [pygohcl.loads(text) for text in texts], 3) / slow)  # type: ignore[misc]
        print(f"{folder.name:16}{sum(map(len, texts)):7}{slow:9.1f}" + "".join(f"{ratio:9.3f}" for ratio in ratios))


def processes(partner: str) -> None:
    """The wall time of a process that reads one module, Python's start and all imports in it."""
    with tempfile.TemporaryDirectory() as place:
        for label, cache in (("no cache folder", os.devnull), ("with its outlines cached", place)):
            environment = {**os.environ, "NATLANE_CACHE_DIR": cache, "PYTHONPATH": str(ROOT / "generator")}
            command = [sys.executable, "-c", PROCESS, str(ROOT), partner]

            def run(command: list[str] = command, environment: dict[str, str] = environment) -> None:
                subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)

            run()
            print(f"process, {partner}, {label}: {milliseconds(run, 5, time.perf_counter):.0f} ms")


def fleet(partner: str, count: int) -> None:
    """Partners of one shape, each with its own name and its own third octets."""
    texts = {path.name: path.read_text() for path in (ROOT / "out" / partner).glob("*.tf")}
    with tempfile.TemporaryDirectory() as root:
        names = [f"acme-{number}" for number in range(count)]
        for number, name in enumerate(names):
            folder = Path(root, "out", name)
            folder.mkdir(parents=True)
            for file, text in texts.items():
                own = text.replace(partner, name).replace(".178.", f".{number % 256}.")
                (folder / file).write_text(own.replace('"10.', f'"{number // 256}.'))
        tree_of.cache_clear()
        start = time.process_time()
        wrong = sum(bool(read_back(root, name)[1]) for name in names)
        spent = (time.process_time() - start) * 1000
        outlines = tree_of.cache_info().misses
        print(f"fleet of {count} like {partner}: {spent / count:.2f} ms each, {outlines} parsed, {wrong} refused")
        shutil.rmtree(Path(root, "out"))


def main() -> None:
    """Print it all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--fleet", type=int, default=1000, metavar="PARTNERS")
    wanted = parser.parse_args().fleet
    modules()
    processes("stark")
    fleet("acme-clearing", wanted)
    fleet("umbrella", wanted)


if __name__ == "__main__":
    main()

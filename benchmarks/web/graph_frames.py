"""Frames of a second while a graph with three paths is moved, beside an empty page's and SVG's in the same browser.

    python benchmarks/web/graph_frames.py [--seconds 3] [--sizes 300 2000 20000]

Needs Chromium, and ui/node_modules. Machines are noisy: the ratios are the figures, with empty pages in between.
A display shows 60 frames a second of whatever is quicker, so that SVG is compared in a browser without that limit.
"""

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
UI = HERE.parents[1] / "ui"
BARS = {300: 0.9, 2000: 0.9, 20000: 0.5}
SVG_NODES, SVG_BAR, SVG_ROUNDS = 2000, 8.0, 3
UNLIMITED = ("--disable-frame-rate-limit", "--disable-gpu-vsync")


def bundle(folder: Path) -> str:
    """The measured code as one script."""
    config = folder / "vite.config.mjs"
    entry = str(HERE / "graph_frames.ts")
    options = {
        "root": str(UI),
        "configFile": False,
        "logLevel": "warn",
        "resolve": {"alias": {"@": str(UI / "src")}},
        "build": {
            "lib": {"entry": entry, "formats": ["iife"], "name": "frames", "fileName": "frames"},
            "outDir": str(folder),
            "emptyOutDir": False,
        },
    }
    config.write_text(
        f"import {{ build }} from {json.dumps(str(UI / 'node_modules/vite/dist/node/index.js'))};\n"
        f"await build({json.dumps(options)});\n",
        encoding="utf-8",
    )
    subprocess.run(["node", str(config)], check=True, cwd=UI, stdout=subprocess.DEVNULL)
    return next(folder.glob("frames*.js")).read_text(encoding="utf-8")


@contextmanager
def open_page(script: str, *flags: str) -> Iterator[Callable[[str], Any]]:
    """A browser's page with the measured code; what it gives calls that code."""
    chromium = os.environ.get("MOE_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", *flags])
        page = browser.new_page(viewport={"width": 1200, "height": 800})
        page.set_content("<!doctype html><body style='margin:0'></body>")
        page.add_script_tag(content=script)

        def run(call: str) -> Any:
            return page.evaluate(f"moe.{call}")

        run("empty(500)")
        yield run
        browser.close()


def measure(script: str, sizes: list[int], milliseconds: int) -> list[dict[str, Any]]:
    """Each size between two empty pages, in one browser."""
    rows: list[dict[str, Any]] = []
    with open_page(script) as run:
        for size in sizes:
            before = run(f"empty({milliseconds})")["fps"]
            found = run(f"canvas({size}, {milliseconds})")
            after = run(f"empty({milliseconds})")["fps"]
            rows.append({"nodes": size, **found, "empty_fps": (before + after) / 2})
    return rows


def compare_svg(script: str, milliseconds: int) -> list[dict[str, float]]:
    """Canvas and SVG in turns, where no display limits the frames; none begins before the one before it is drawn."""
    with open_page(script, *UNLIMITED) as run:
        calls = {"empty": f"empty({milliseconds})", "canvas": f"canvas({SVG_NODES}, {milliseconds})"}
        calls["svg"] = f"svg({SVG_NODES}, {milliseconds})"
        return [{name: run(call)["fps"] for name, call in calls.items()} for _ in range(SVG_ROUNDS)]


def main() -> None:
    """Measure, and print a line a size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--sizes", type=int, nargs="+", default=[*BARS])
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        script, milliseconds = bundle(Path(folder)), int(wanted.seconds * 1000)
        rows = measure(script, wanted.sizes, milliseconds)
        rounds = compare_svg(script, milliseconds)
    for row in rows:
        ratio = row["fps"] / row["empty_fps"]
        bar = BARS.get(row["nodes"], 0.0)
        print(
            f"{row['nodes']:>6} nodes: {row['fps']:5.1f} of {row['empty_fps']:5.1f} frames/s, ratio {ratio:.2f}"
            f" (bar {bar}); first picture {row['firstMs']:.0f} ms, longest slice {row['longestSliceMs']:.0f} ms,"
            f" {row['draws']} bitmaps, a pick {row['pickUs']:.0f} µs"
        )
    for one in rounds:
        print(
            f"{SVG_NODES:>6} nodes without a limit: canvas {one['canvas']:.0f} frames/s, SVG {one['svg']:.0f},"
            f" nothing {one['empty']:.0f}; {one['canvas'] / one['svg']:.1f} times (bar {SVG_BAR})"
        )


if __name__ == "__main__":
    main()

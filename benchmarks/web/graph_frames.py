"""Frames of a second while a graph with three paths is moved, beside an empty page's and SVG's in the same browser.

    python benchmarks/web/graph_frames.py [--seconds 3] [--sizes 300 2000 20000]

Needs Chromium, and ui/node_modules. Machines are noisy: the ratios are the figures, with empty pages in between.
"""

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
UI = HERE.parents[1] / "ui"
BARS = {300: 0.9, 2000: 0.9, 20000: 0.5}
SVG_NODES, SVG_BAR = 2000, 8.0


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


def measure(script: str, sizes: list[int], milliseconds: int) -> list[dict[str, Any]]:
    """Each size between two empty pages, in one browser."""
    chromium = os.environ.get("MOE_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    rows: list[dict[str, Any]] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 800})
        page.set_content("<!doctype html><body style='margin:0'></body>")
        page.add_script_tag(content=script)
        run = lambda call: page.evaluate(f"moe.{call}")  # noqa: E731
        run("empty(500)")
        for size in sizes:
            before = run(f"empty({milliseconds})")["fps"]
            found = run(f"canvas({size}, {milliseconds})")
            after = run(f"empty({milliseconds})")["fps"]
            row = {"nodes": size, **found, "empty_fps": (before + after) / 2}
            if size == SVG_NODES:
                row["svg_fps"] = run(f"svg({size}, {milliseconds})")["fps"]
            rows.append(row)
        browser.close()
    return rows


def main() -> None:
    """Measure, and print a line a size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--sizes", type=int, nargs="+", default=[*BARS])
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(bundle(Path(folder)), wanted.sizes, int(wanted.seconds * 1000))
    for row in rows:
        ratio = row["fps"] / row["empty_fps"]
        bar = BARS.get(row["nodes"], 0.0)
        print(
            f"{row['nodes']:>6} nodes: {row['fps']:5.1f} of {row['empty_fps']:5.1f} frames/s, ratio {ratio:.2f}"
            f" (bar {bar}); first picture {row['firstMs']:.0f} ms, longest slice {row['longestSliceMs']:.0f} ms,"
            f" {row['draws']} bitmaps, a pick {row['pickUs']:.0f} µs"
        )
        if "svg_fps" in row:
            times = row["fps"] / row["svg_fps"]
            print(f"{'':>6} SVG: {row['svg_fps']:.1f} frames/s, {times:.1f} times fewer (bar {SVG_BAR})")


if __name__ == "__main__":
    main()

"""The example documents as a project of their own, served."""

import shutil
from pathlib import Path

from served_project import PLUGINS, ServedProject

HARBOUR = Path(__file__).parents[2] / "examples" / "harbour"


class HarbourProject(ServedProject):
    """A project with the example documents in its folder harbour; answers are in their own sentences.

    The Drummer `sluggish` takes its time, for tests that look at a run while it goes on; the model `clumsy`, which is
    used where a request names it, gives a first answer of no use.
    """

    def _make(self, home: Path) -> None:
        self.folder.mkdir(parents=True)
        shutil.copytree(HARBOUR, self.folder / "harbour")
        (self.folder / "config").mkdir()
        (self.folder / "config" / "system.yaml").write_text("provider: extractive\n", encoding="utf-8")
        places = {
            "slow.py": "plugins/tools/waiting",
            "clumsy.py": "plugins/models",
            "sluggish.moe": "modelfiles/drummers",
        }
        for name, place in places.items():
            (self.folder / place).mkdir(parents=True)
            shutil.copy(PLUGINS / name, self.folder / place / name)

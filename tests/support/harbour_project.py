"""The example documents as a project of their own, served."""

import shutil
from pathlib import Path

from served_project import ServedProject

HARBOUR = Path(__file__).parents[2] / "examples" / "harbour"


class HarbourProject(ServedProject):
    """A project with the example documents in its folder harbour; answers are in their own sentences."""

    def _make(self, home: Path) -> None:
        self.folder.mkdir(parents=True)
        shutil.copytree(HARBOUR, self.folder / "harbour")
        (self.folder / "config").mkdir()
        (self.folder / "config" / "system.yaml").write_text("provider: extractive\n", encoding="utf-8")

"""Put the examples into the wheel: the folder `examples/` becomes `homeostat/examples/`."""

from pathlib import Path
from shutil import copytree

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithExamples(build_py):
    """Copy the examples beside the package, unless the package is installed from its sources."""

    def run(self) -> None:
        """Build as always, then copy the examples."""
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib, "homeostat", "examples")
            copytree(Path(__file__).with_name("examples"), target, dirs_exist_ok=True)


setup(cmdclass={"build_py": BuildWithExamples})

"""Finding packages and interpreters, and making clean environments."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

VERSIONS = ("3.10", "3.11", "3.12", "3.13", "3.14")

# Asks the sandbox that comes with a wheel of its own. Runs outside of any checkout.
QUESTION = """
import sys
from importlib.metadata import requires
from pathlib import Path

import uppzy
from uppzy.testing import Sandbox

assert Path(uppzy.__file__).is_relative_to(sys.prefix), uppzy.__file__
assert not [line for line in requires("uppzy") or [] if "extra ==" not in line]
with Sandbox() as sandbox, sandbox.client() as client:
    client.documents.create_text(title="Hours", content="We are open from 9 to 17 on weekdays.")
    print(client.chat.send("When are you open?", session_id="s").text)
"""


@dataclass(frozen=True)
class Packages:
    """The packages as they are published."""

    folder: Path

    def only(self, pattern: str) -> Path:
        """Give the one file with such a name."""
        (found,) = self.folder.glob(pattern)
        return found

    @property
    def wheels(self) -> list[Path]:
        """Give the wheel of the package and that of the sandbox."""
        return [self.only("uppzy-*.whl"), self.only("uppzy_sandbox-*.whl")]

    @property
    def sources(self) -> list[Path]:
        """Give the source distributions of both."""
        return [self.only("uppzy-*.tar.gz"), self.only("uppzy_sandbox-*.tar.gz")]


def run(*command: object, folder: Path | None = None, **environment: str) -> str:
    """Run a program to its end and give its output; only a good end is accepted."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("UPPZY_")}
    kept.pop("VIRTUAL_ENV", None)
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, f"{command}: {done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def says_version(program: Path, version: str) -> bool:
    """Tell whether the program runs, and is what its name says."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([program, "-c", code], capture_output=True, text=True, timeout=60)
    except OSError:
        return False
    return done.returncode == 0 and done.stdout.strip() == version


def of_pyenv(version: str) -> list[Path]:
    """Give the interpreters of that version that pyenv keeps, if there is a pyenv."""
    pyenv = shutil.which("pyenv")
    if not pyenv:
        return []
    root = Path(subprocess.run([pyenv, "root"], capture_output=True, text=True).stdout.strip())
    return sorted(root.glob(f"versions/{version}.*/bin/python{version}"))


@functools.cache
def interpreters() -> dict[str, Path]:
    """Give an interpreter for each version that the machine has."""
    found: dict[str, Path] = {}
    for version in VERSIONS:
        on_path = shutil.which(f"python{version}")
        candidates = [Path(on_path)] if on_path else []
        for program in [*candidates, *of_pyenv(version)]:
            if says_version(program, version):
                found.setdefault(version, program)
    return found


def clean_environment(python: Path, folder: Path, *packages: Path) -> Path:
    """Make a virtual environment with nothing but these packages; give its Python."""
    run(python, "-m", "venv", folder)
    program = folder / "bin" / "python"
    arguments = ["-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-index"]
    run(program, *arguments, *packages)
    return program


def ask(python: Path, folder: Path) -> str:
    """Ask a sandbox from that environment, and give the answer."""
    return run(python, "-W", "error", "-c", QUESTION, folder=folder)

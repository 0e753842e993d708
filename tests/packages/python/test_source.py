"""The source distributions are whole."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

from support import Packages, ask, clean_environment, run


def build(source: Path, target: Path, wheels: Path) -> None:
    """Build a wheel in a folder of its own, without optimisation."""
    # Cargo takes files with old times for known, so that other sources need another folder.
    digest = hashlib.sha256(source.read_bytes()).hexdigest()[:16]
    parent = Path(tempfile.gettempdir(), f"uppzy-source-{digest}")
    shutil.rmtree(parent, ignore_errors=True)
    parent.mkdir()
    try:
        # Cargo would look for a workspace in the folders above.
        assert not [above for above in parent.parents if (above / "Cargo.toml").exists()]
        run("tar", "-xzf", source, "-C", parent)
        arguments = ["-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps"]
        arguments += ["--no-build-isolation", "--no-index", "--wheel-dir", str(wheels)]
        run(
            sys.executable,
            *arguments,
            parent / source.name.removesuffix(".tar.gz"),
            folder=parent,
            # Libraries are built once for all.
            CARGO_TARGET_DIR=str(target / "source"),
            CARGO_PROFILE_RELEASE_LTO="off",
            CARGO_PROFILE_RELEASE_OPT_LEVEL="0",
            CARGO_PROFILE_RELEASE_CODEGEN_UNITS="16",
            PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        )
    finally:
        shutil.rmtree(parent)


def test_what_is_built_from_source_works(packages: Packages, target: Path, tmp_path: Path) -> None:
    """It answers a question in a clean environment."""
    wheels = tmp_path / "wheels"
    for source in packages.sources:
        build(source, target, wheels)
    built = sorted(wheels.iterdir())
    assert [wheel.name.split("-")[0] for wheel in built] == ["uppzy", "uppzy_sandbox"]
    python = clean_environment(Path(sys.executable), tmp_path / "venv", *built)
    assert "9 to 17" in ask(python, tmp_path)

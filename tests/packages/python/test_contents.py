"""What is in the packages."""

from __future__ import annotations

import email.parser
import json
import re
import sys
import tarfile
import zipfile
from email.message import Message
from pathlib import Path

from support import Packages, run

MEGABYTE = 1_000_000
# The sandbox brings SQLite, and readers of PDF, DOCX and HTML.
LARGEST = {"uppzy": 3 * MEGABYTE, "uppzy_sandbox": 5 * MEGABYTE}
LICENCES = ("LICENSE-MIT", "LICENSE-APACHE")


def name_of(package: Path) -> str:
    """Give the first part of a package's name."""
    return package.name.split("-")[0]


def metadata(package: Path) -> Message:
    """Read what an index would show."""
    if package.suffix == ".whl":
        with zipfile.ZipFile(package) as archive:
            (name,) = [name for name in archive.namelist() if name.endswith("dist-info/METADATA")]
            text = archive.read(name).decode()
    else:
        with tarfile.open(package) as archive:
            (member,) = [one for one in archive if re.fullmatch(r"[^/]+/PKG-INFO", one.name)]
            file = archive.extractfile(member)
            assert file
            text = file.read().decode()
    return email.parser.Parser().parsestr(text)


def names(package: Path) -> list[str]:
    """List the files."""
    if package.suffix == ".whl":
        return zipfile.ZipFile(package).namelist()
    with tarfile.open(package) as archive:
        return archive.getnames()


def test_wheels_are_small(packages: Packages) -> None:
    """Somebody waits for the download at every start of a container."""
    for wheel in packages.wheels:
        size = wheel.stat().st_size
        assert size <= LARGEST[name_of(wheel)], f"{wheel.name}: {size:,} bytes"


def test_metadata_is_complete(packages: Packages) -> None:
    """Name, licence, versions of Python, a page to read; and nothing that has to be installed."""
    for package in [*packages.wheels, *packages.sources]:
        told = metadata(package)
        assert told["Name"].replace("-", "_") == name_of(package)
        assert told["Requires-Python"] == ">=3.10"
        assert told["License-Expression"] == "MIT OR Apache-2.0"
        assert sorted(told.get_all("License-File") or []) == sorted(LICENCES)
        assert told["Summary"]
        assert told["Description-Content-Type"].startswith("text/markdown")
        assert len(told.get_payload()) > 1_000, "the readme"
        assert any("Repository" in url for url in told.get_all("Project-URL") or [])
        needed = told.get_all("Requires-Dist") or []
        assert all("extra ==" in requirement for requirement in needed), needed


def test_licences_are_inside(packages: Packages) -> None:
    """Both, in each package."""
    for package in [*packages.wheels, *packages.sources]:
        inside = {Path(name).name for name in names(package)}
        assert set(LICENCES) <= inside, package.name


def linked(crate: str) -> set[tuple[str, str]]:
    """List the crates that are linked into a library or program, as the lock file has them."""
    question = ["tree", "--locked", "--package", crate, "--edges", "normal", "--prefix", "none"]
    tree = run("cargo", *question, "--format", "{p}", folder=Path(__file__).parents[3])
    found = [line.split()[:2] for line in tree.splitlines() if line.strip()]
    return {(name, version.removeprefix("v")) for name, version in found}


def test_a_wheel_names_what_it_is_linked_from(packages: Packages) -> None:
    """A bill of materials in CycloneDX's form: each crate with its version, none of another one."""
    lock = (Path(__file__).parents[3] / "Cargo.lock").read_text(encoding="utf-8")
    for wheel, crate in zip(packages.wheels, ["uppzy-python", "uppzy-sandbox"], strict=True):
        with zipfile.ZipFile(wheel) as archive:
            (name,) = [name for name in archive.namelist() if ".dist-info/sboms/" in name]
            bill = json.loads(archive.read(name))
        assert bill["bomFormat"] == "CycloneDX"
        assert bill["metadata"]["component"]["name"] == crate
        for part in bill["components"]:
            assert part["purl"].startswith(f"pkg:cargo/{part['name']}@"), part
            assert [licence["expression"] for licence in part["licenses"]], part
        named = {(part["name"], part["version"]) for part in bill["components"]}
        missing = linked(crate) - named - {(crate, bill["metadata"]["component"]["version"])}
        assert not missing, f"{wheel.name}: {missing}"
        assert ("rusqlite" if crate == "uppzy-sandbox" else "rustls") in dict(named)
        for part, version in named:
            assert f'name = "{part}"\nversion = "{version}"' in lock, f"{part} {version}"


def test_a_wheel_holds_the_package_and_no_more(packages: Packages) -> None:
    """One wheel for all Pythons, typed, without tests and tools."""
    wheel, sandbox = packages.wheels
    assert "-cp310-abi3-" in wheel.name
    inside = names(wheel)
    assert {"uppzy/py.typed", "uppzy/_native.pyi", "uppzy/aio/client.py"} <= set(inside)
    tops = {name.split("/")[0] for name in inside}
    assert {top.partition("-")[0] for top in tops} == {"uppzy"}, tops
    assert not [name for name in inside if name.endswith(".pyc") or "/test_" in name]
    assert any(name.endswith("/scripts/uppzy-sandbox") for name in names(sandbox))


def test_twine_has_no_objection(packages: Packages) -> None:
    """Neither an error nor a warning."""
    files = [*packages.wheels, *packages.sources]
    said = run(sys.executable, "-m", "twine", "--no-color", "check", "--strict", *files)
    assert said.count("PASSED") == len(files), said


def test_the_stable_interface_is_kept(packages: Packages) -> None:
    """The wheel uses nothing that a later Python may not have."""
    said = run(sys.executable, "-m", "abi3audit", "--strict", "--verbose", packages.wheels[0])
    assert "0 ABI version mismatches and 0 ABI violations found" in said, said

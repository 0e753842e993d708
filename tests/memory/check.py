"""Runs a program under Valgrind, and fails for every fault that a library has a part in.

``check.py LIBRARY COMMAND…``: of what Valgrind finds, that counts which has a frame of the library
on its stack: reads and writes where nothing may be read or written, values that were never set, and
memory that nothing points to in the end. What an interpreter does by itself is its own affair.

With ``--expect KIND`` first, such a fault must be found: a check of the check.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

VALGRIND = (
    "valgrind",
    "--tool=memcheck",
    "--leak-check=full",
    "--show-leak-kinds=definite",
    "--errors-for-leak-kinds=definite",
    "--keep-debuginfo=yes",
    "--fair-sched=yes",
    "--num-callers=50",
    "--error-limit=no",
    "--vgdb=no",
    # Made-up machine code of an interpreter changes while it runs.
    "--smc-check=all-non-file",
    "--xml=yes",
)
#: What is made below these is made once in a process and kept as long as it lasts: the classes of a
#: module, with the tables that describe their methods, or the references to their constructors.
ONCE = frozenset({"PyModule_ExecDef", "napi_register_module_v1"})
#: Frames that are shown of each stack.
FRAMES = 30


def main() -> int:
    """Runs the command, and tells what was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--expect", metavar="KIND", default=None)
    parser.add_argument("library")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="uppzy-memory-") as folder:
        file = Path(folder, "found.xml")
        ended = subprocess.run([*VALGRIND, f"--xml-file={file}", *given.command], check=False)
        root = ElementTree.parse(file).getroot()
    everything = root.findall("error")
    faults = [fault for fault in everything if concerns(fault, given.library)]
    kinds = Counter(fault.findtext("kind", "") for fault in faults)
    others = len(everything) - len(faults)
    print(f"faults with {given.library} on the stack: {dict(kinds)}; others: {others}")
    if given.expect is not None:
        return 0 if ended.returncode == 0 and given.expect in kinds else 1
    for fault in faults:
        show(fault)
    if ended.returncode != 0:
        print(f"the program ended with {ended.returncode}")
    return 0 if ended.returncode == 0 and not faults else 1


def concerns(fault: ElementTree.Element, library: str) -> bool:
    """Whether the library has a part in the fault."""
    frames = list(fault.iter("frame"))
    is_leak = fault.findtext("kind", "").startswith("Leak_")
    if is_leak and any(frame.findtext("fn") in ONCE for frame in frames):
        return False
    return any(library in (frame.findtext("obj") or "") for frame in frames)


def show(fault: ElementTree.Element) -> None:
    """Prints a fault as Valgrind would."""
    text = fault.findtext("what") or fault.findtext("xwhat/text") or ""
    print(f"\n{fault.findtext('kind')}: {text}")
    for element in fault:
        if element.tag == "auxwhat":
            print(f"  {element.text}")
        if element.tag == "stack":
            for frame in element.findall("frame")[:FRAMES]:
                place = frame.findtext("obj", "").rsplit("/", 1)[-1]
                where = f"{frame.findtext('file', '')}:{frame.findtext('line', '')}"
                print(f"    {frame.findtext('fn', '?')} ({where} {place})")


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Are outputs there whole or not at all, whatever happens? Kills commands at random moments, fills their disks, takes their
inputs away, and runs them twice at once; then looks whether every file opens, and whether going on gives what an unbroken
run gives, byte for byte.

    Tests/Robustness/run.py [--kills 200] [--disks 60] [--seed 1] [--only SCENE ...]

Prints a table, and exits with 1 where something was lost. Full disks need the right to mount (they are left out without).
"""

import argparse
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from scenes import Inputs, begin, broken_files, run, scenes

# What a command says where its result is there already.
DONE = ["this remedy is complete", "already holds a measurement", "holds no measurement", "this run is complete"]
SIGNALS = [signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT]


class Record:
    """What was done, and what was found wrong."""

    def __init__(self):
        self.counts, self.faults, self.slowest = {}, [], 0.0

    def count(self, scene, what):
        self.counts.setdefault(scene, {}).setdefault(what, 0)
        self.counts[scene][what] += 1

    def fault(self, scene, words):
        self.faults.append(f"{scene.name}: {words}")
        print(f"FAULT {scene.name}: {words}", flush=True)


def fresh(scene, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    scene.start(folder)


def unbroken(scene, folder):
    """What an unbroken run comes to, and how long it takes."""
    fresh(scene, folder)
    start = time.time()
    run(scene.arguments(folder), scene.environment(folder))
    return scene.result(folder), time.time() - start


def finish(scene, folder, expected, record, what):
    """Goes on to the end, and compares."""
    code, said = run(scene.arguments(folder), scene.environment(folder), check=False)
    # A process may be killed between its result and its end.
    if code != 0 and not any(words in said for words in DONE):
        return record.fault(scene, f"after {what}, going on ends with {code}: {said.strip()[-300:]}")
    try:
        if scene.result(folder) != expected:
            record.fault(scene, f"after {what}, the result is another than that of an unbroken run")
    except (OSError, SystemExit) as error:
        record.fault(scene, f"after {what}, the result cannot be read: {error}")
    record.count(scene.name, "compared")


def leftovers(folder):
    """The locks and temporary files of a folder."""
    return {path.name for path in folder.rglob(".*") if path.is_file() and path.suffix in (".lock", ".partial")}


def listens(pid):
    """Whether the program has come so far that it hears SIGTERM: on a busy machine that takes more than a second."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return bool(int(re.search(r"SigCgt:\s*(\w+)", status)[1], 16) >> (signal.SIGTERM - 1) & 1)


def kill(scene, folder, seconds, record, dice):
    """Begins, or goes on, and is killed; whether the process ended by itself before."""
    # What an earlier SIGKILL left is not this process's.
    before, begun = leftovers(folder), time.time()
    process = begin(scene.arguments(folder), scene.environment(folder))
    try:
        process.wait(dice.uniform(0.05, 1.1 * seconds))
    except subprocess.TimeoutExpired:
        pass
    which = dice.choice(SIGNALS)
    start = time.time()
    ended = process.poll() is not None
    loaded = not ended and listens(process.pid)
    if not ended:
        process.send_signal(which)
    said = process.communicate()[1].decode(errors="replace")
    if ended:
        if process.returncode != 0 and not any(words in said for words in DONE):
            record.fault(scene, f"exit {process.returncode} by itself: {said.strip()[-300:]}")
        return True
    record.count(scene.name, signal.Signals(which).name)
    if which != signal.SIGKILL:
        if loaded:
            record.slowest = max(record.slowest, time.time() - start)
        if process.returncode == -which and not loaded:
            record.count(scene.name, "asked to stop before the program was loaded")
        elif process.returncode not in (0, 75) and not any(words in said for words in DONE):
            record.fault(scene, f"{signal.Signals(which).name} after {start - begun:.2f} s: exit {process.returncode}: "
                         f"{said.strip()[-300:]}")
        if left := leftovers(folder) - before:
            record.fault(scene, f"{signal.Signals(which).name} leaves {sorted(left)}")
    for words in broken_files(folder):
        record.fault(scene, f"{signal.Signals(which).name} leaves a broken file: {words}")
    return process.returncode == 0


def kills(chosen, folder, count, record, dice):
    known = {scene.name: unbroken(scene, folder / "whole") for scene in chosen}
    done = 0
    while done < count:
        scene = chosen[done % len(chosen)]
        expected, seconds = known[scene.name]
        fresh(scene, folder / "broken")
        for _ in range(dice.randint(1, 3)):
            if kill(scene, folder / "broken", seconds, record, dice):
                break
            done += 1
        finish(scene, folder / "broken", expected, record, "kills")
    return known


def disks(chosen, folder, count, known, record, dice):
    """Disks that are full after a random number of bytes; afterwards there is room again."""
    mount = folder / "disk"
    mount.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", mount]).returncode != 0:
        print("full disks: left out, there is no right to mount")
        return
    try:
        for turn in range(count):
            scene = chosen[turn % len(chosen)]
            subprocess.run(["mount", "-o", "remount,size=64m", mount], check=True)
            fresh(scene, mount / "out")
            room = os.statvfs(mount)
            used = (room.f_blocks - room.f_bfree) * room.f_frsize
            size = (used + int(10 ** dice.uniform(3.6, 6.6))) // 4096 * 4096 + 4096
            subprocess.run(["mount", "-o", f"remount,size={size}", mount], check=True)
            code, said = run(scene.arguments(mount / "out"), scene.environment(mount / "out"), check=False)
            record.count(scene.name, "full disks" if code else "disks with room")
            if code not in (0, 73, 74) or (code and "error: " not in said):
                record.fault(scene, f"on a full disk: exit {code}: {said.strip()[-300:]}")
            for words in broken_files(mount / "out"):
                record.fault(scene, f"a full disk leaves a broken file: {words}")
            subprocess.run(["mount", "-o", "remount,size=64m", mount], check=True)
            finish(scene, mount / "out", known[scene.name][0], record, "a full disk")
    finally:
        subprocess.run(["umount", mount])


def twice(chosen, folder, known, record):
    """Two of the same at once: one does it, and the other says who does, or they take turns."""
    for scene in chosen:
        fresh(scene, folder / "twice")
        pair = [begin(scene.arguments(folder / "twice"), scene.environment(folder / "twice")) for _ in range(2)]
        said = [process.communicate()[1].decode(errors="replace") for process in pair]
        codes = sorted(process.returncode for process in pair)
        record.count(scene.name, "twice")
        # What is there already, or not any more, is said too.
        if codes[0] != 0 or codes[1] not in (0, 66, 69, 73):
            record.fault(scene, f"two at once: exits {codes}: {said}")
        finish(scene, folder / "twice", known[scene.name][0], record, "two at once") \
            if codes[1] not in (66, 73) and scene.name not in ("train", "patterns remove", "attribute") else None
        for words in broken_files(folder / "twice"):
            record.fault(scene, f"two at once leave a broken file: {words}")


def without_inputs(chosen, folder, known, record, dice):
    """The data goes away while the command runs: it ends with its result or with a sentence."""
    for scene in chosen:
        fresh(scene, folder / "bare")
        files = [path for path in scene.inputs.folder.iterdir() if path.is_file()]
        process = begin(scene.arguments(folder / "bare"), scene.environment(folder / "bare"))
        time.sleep(dice.uniform(0, known[scene.name][1] / 2))
        for path in files:
            path.rename(path.with_suffix(path.suffix + ".away"))
        said = process.communicate()[1].decode(errors="replace")
        for path in files:
            path.with_suffix(path.suffix + ".away").rename(path)
        record.count(scene.name, "inputs gone")
        if process.returncode < 0 or process.returncode not in (0, 65, 66, 73, 74):
            record.fault(scene, f"inputs gone: exit {process.returncode}: {said.strip()[-300:]}")
        for words in broken_files(folder / "bare"):
            record.fault(scene, f"inputs gone: a broken file: {words}")


def read_only(chosen, folder, record):
    """A disk that may only be read: a sentence, and nothing computed for hours before."""
    mount = folder / "read-only"
    mount.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "tmpfs", mount]).returncode != 0:
        print("read-only disks: left out, there is no right to mount")
        return
    try:
        for scene in chosen:
            subprocess.run(["mount", "-o", "remount,rw", mount], check=True)
            fresh(scene, mount / "out")
            subprocess.run(["mount", "-o", "remount,ro", mount], check=True)
            code, said = run(scene.arguments(mount / "out"), scene.environment(mount / "out"), check=False)
            record.count(scene.name, "read-only")
            if code not in (73, 74) or "error: " not in said:
                record.fault(scene, f"on a read-only disk: exit {code}: {said.strip()[-300:]}")
    finally:
        subprocess.run(["umount", mount])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--disks", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*")
    flags = parser.parse_args()
    dice, record = random.Random(flags.seed), Record()
    with tempfile.TemporaryDirectory(prefix="sft-probe-robustness-", ignore_cleanup_errors=True) as name:
        folder = pathlib.Path(name)
        inputs = Inputs(folder / "inputs")
        chosen = [scene for scene in scenes(inputs) if not flags.only or scene.name in flags.only]
        known = kills(chosen, folder, flags.kills, record, dice)
        twice(chosen, folder, known, record)
        without_inputs(chosen, folder, known, record, dice)
        read_only(chosen, folder, record)
        disks(chosen, folder, flags.disks, known, record, dice)
    for scene, counts in record.counts.items():
        print(f"{scene}: " + ", ".join(f"{count} {what}" for what, count in counts.items()))
    total = sum(count for counts in record.counts.values() for what, count in counts.items() if what.startswith("SIG"))
    print(f"{total} kills, the slowest end after a request to stop {record.slowest:.2f} s; {len(record.faults)} faults")
    sys.exit(1 if record.faults else 0)


main()

"""Runs the notebooks of this folder in a temporary folder, each in a kernel of its own; fails where a cell fails.

    python run_notebooks.py [NAME…]       (nbclient, ipykernel, and what python[analysis,train,test] installs)

With --write, the notebooks keep the text of their outputs; pictures are left out, so that they stay small.
"""
import os
import pathlib
import sys
import tempfile
import time

import nbformat
from nbclient import NotebookClient

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE / "reference"))


def without_pictures(notebook):
    """What a notebook keeps of its outputs: plain text."""
    for cell in notebook.cells:
        cell.metadata = {}
        for output in cell.get("outputs", []):
            for kind in [kind for kind in output.get("data", {}) if kind != "text/plain"]:
                del output["data"][kind]
        if "outputs" in cell:
            cell["outputs"] = [one for one in cell["outputs"] if one.get("name") != "stderr"]
    return notebook


def main():
    names = [name for name in sys.argv[1:] if not name.startswith("-")]
    files = [HERE / name for name in names] or sorted(HERE.glob("*.ipynb"))
    os.environ["PATH"] = f"{ROOT / '.build/release'}:{os.environ['PATH']}"
    os.environ["SFT_PROBE_DATA"] = str(HERE / "tasks")
    for file in files:
        notebook, began = nbformat.read(file, as_version=4), time.time()
        if "SFT_PROBE_NOTEBOOK_MODEL" in file.read_text() and "SFT_PROBE_NOTEBOOK_MODEL" not in os.environ:
            import smollm2_folder

            folder = ROOT / "python/build/smollm2"
            smollm2_folder.write(folder)
            os.environ["SFT_PROBE_NOTEBOOK_MODEL"] = str(folder)
        with tempfile.TemporaryDirectory() as folder:
            NotebookClient(notebook, timeout=3600, resources={"metadata": {"path": folder}}).execute()
        print(f"{file.name}: {len(notebook.cells)} cells in {time.time() - began:.0f} s")
        if "--write" in sys.argv:
            nbformat.write(without_pictures(notebook), file)


if __name__ == "__main__":
    main()

"""Where and with what a table was made."""
import datetime
import importlib.metadata
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[2]
WIDE = ("avx", "avx2", "fma", "avx512f", "avx512_bf16", "amx_bf16", "asimd", "sve")


def said(*command):
    """What a command prints, empty where it cannot be run."""
    try:
        found = subprocess.run([str(part) for part in command], capture_output=True, text=True, cwd=ROOT, timeout=60)
        return found.stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def processor():
    fields = dict(re.findall(r"^(.+?):\s+(.+)$", said("lscpu"), re.MULTILINE))
    flags = fields.get("Flags", "").split()
    memory = re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())
    return (f"{fields.get('Model name', 'unknown')} (family {fields.get('CPU family')}, model {fields.get('Model')}), "
            f"{os.cpu_count()} processors, {', '.join(flag for flag in WIDE if flag in flags)}; "
            f"{int(memory[1]) / 2**20:.0f} GiB")


def runs_bf16():
    """Whether this processor multiplies bf16 faster than floats; elsewhere PyTorch imitates it, slowly, or is no faster for
    it, and sft-probe computes in float32."""
    words = said("lscpu").split()
    return "amx_bf16" in words or "avx512_bf16" in words and "GenuineIntel" not in words


def runs_bf16x3():
    """Whether this processor multiplies bf16 so much faster that three products take less time than one of floats."""
    return "amx_bf16" in said("lscpu").split()


def openblas():
    """Asked in a process of its own, so that this one stays small."""
    code = ("import ctypes; blas = ctypes.CDLL('libopenblas.so.0'); names = ('openblas_get_config', 'openblas_get_corename')\n"
            "for name in names:\n    f = getattr(blas, name); f.restype = ctypes.c_char_p; print(f().decode())")
    config, _, core = said(sys.executable, "-c", code).partition("\n")
    found = re.search(r"OpenBLAS (\S+)", config)
    return f"OpenBLAS {found[1]}, {core} kernels by its own choice" if found else "no OpenBLAS found"


def versions():
    found = []
    for name in ("torch", "transformers", "tokenizers", "peft", "numpy"):
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            found.append(f"no {name}")
    swift = re.search(r"Swift version (\S+)", said("swift", "--version"))
    return ", ".join([*([f"Swift {swift[1]}"] if swift else []), *found])


def commit():
    name, changed = said("git", "rev-parse", "--short", "HEAD"), said("git", "status", "--porcelain", "--untracked-files=no")
    return f"commit {name or 'unknown'}" + (", with changes" if changed else "")


def header(options):
    """Lines of Markdown."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return [
        f"- Machine: {processor()}; {options.threads} threads; load before the start {os.getloadavg()[0]:.2f}",
        f"- Software: {openblas()}; {versions()}", f"- sft-probe: {said(options.ours, '--version')}, {commit()}",
        f"- Model: {pathlib.Path(options.model).name}; Python's rows read the same weights, as float32 unless said otherwise",
        f"- Begun {now:%Y-%m-%d %H:%M} UTC; runs of each row: {options.repeats}"
        + ("; **quick: nothing is tuned and sizes are tiny, so ratios mean nothing**" if getattr(options, "quick", False) else "")]

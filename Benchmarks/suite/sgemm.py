"""What OpenBLAS' sgemm reaches by itself on given products: one product on all threads at a time, or a process of its own
for each thread; the better of the two, and of the kernels that the processor runs.

Prints the operations and seconds of [m, n, k, how often] each. Weights are warm in the cache, as a model's are not.
"""
import argparse
import ctypes
import ctypes.util
import json
import os
import pathlib
import subprocess
import sys
import time

import numpy

ROUNDS = 5
ROW_MAJOR, PLAIN, TRANSPOSED = 101, 111, 112


def library():
    for name in ("libopenblas.so.0", ctypes.util.find_library("openblas")):
        try:
            return ctypes.CDLL(name)
        except (OSError, TypeError):
            continue
    sys.exit("no OpenBLAS was found (libopenblas.so.0)")


def seconds(blas, m, n, k):
    """The median time of C[m, n] = A[m, k]·B[n, k]ᵀ."""
    a, b = (numpy.random.default_rng(0).random(shape, numpy.float32) for shape in ((m, k), (n, k)))
    c = numpy.zeros((m, n), numpy.float32)
    pointer = lambda array: ctypes.c_void_p(array.ctypes.data)
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        blas.cblas_sgemm(ROW_MAJOR, PLAIN, TRANSPOSED, m, n, k, ctypes.c_float(1), pointer(a), k, pointer(b), k,
                         ctypes.c_float(0), pointer(c), n)
        times.append(time.perf_counter() - start)
    return sorted(times)[ROUNDS // 2]


def work(products):
    """One process: waits for a line, measures, prints the seconds of everything."""
    blas = library()
    print("ready", flush=True)
    sys.stdin.readline()
    print(sum(often * seconds(blas, m, n, k) for m, n, k, often in products))


def together(products, processes, threads, kernels):
    """Seconds a process takes when `processes` of them compute everything side by side, divided by their number."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": str(threads)} | ({"OPENBLAS_CORETYPE": kernels} if kernels else {})
    workers = [subprocess.Popen([sys.executable, __file__, "--work", "--products", json.dumps(products)], text=True,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) for _ in range(processes)]
    for worker in workers:
        worker.stdout.readline()
    times = [float(worker.communicate("go\n")[0]) for worker in workers]
    return sum(times) / len(times) / processes


def kernels():
    """Those of the library's own choice, and the widest that the processor runs."""
    cpu = pathlib.Path("/proc/cpuinfo").read_text()
    return [""] + (["SkylakeX"] if "avx512f" in cpu else ["Haswell"] if "avx2" in cpu else [])


def main():
    flags = argparse.ArgumentParser()
    flags.add_argument("--products", type=json.loads)
    flags.add_argument("--threads", type=int, default=2)
    flags.add_argument("--started")
    flags.add_argument("--work", action="store_true")
    options = flags.parse_args()
    if options.work:
        return work(options.products)
    tried = {f"{processes} × {threads} threads, {name or 'own'} kernels": together(options.products, processes, threads, name)
             for processes, threads in {(1, options.threads), (options.threads, 1)} for name in kernels()}
    best = min(tried, key=tried.get)
    print(json.dumps({"amount": sum(2 * m * n * k * often for m, n, k, often in options.products),
                      "seconds": tried[best], "way": f"in GFLOP/s; {best}"}))


main()

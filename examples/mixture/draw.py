"""Draws lines from files at random, without taking one twice.

    python3 draw.py [--even] OUTPUT COUNT SEED FILE…

Of all lines together; with --even as many of each file.
"""

import random
import sys

arguments = sys.argv[1:]
even = arguments[0] == "--even"
output, count, seed, *files = arguments[1:] if even else arguments
draw = random.Random(int(seed))
lines = [open(file, encoding="utf-8").readlines() for file in files]
if even:
    chosen = [line for of in lines for line in draw.sample(of, int(count) // len(files))]
else:
    chosen = draw.sample([line for of in lines for line in of], int(count))
draw.shuffle(chosen)
with open(output, "w", encoding="utf-8") as file:
    file.writelines(chosen)

"""Draws the memory of an hour: draw.py memory.csv memory.svg. Standard library only. Prints how much it grew."""

import csv
import sys

WIDTH, HEIGHT, LEFT, BOTTOM = 640, 260, 56, 40
COLOURS = {"train": "#1f5fa8", "attribute": "#b8521e"}


def read(path):
    curves = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            curves.setdefault(row["command"], []).append((int(row["seconds"]), float(row["megabytes"])))
    return curves


def slope(points):
    """Megabytes an hour, by least squares, after the first five minutes, in which models are read and buffers made."""
    late = [(x, y) for x, y in points if x >= 300] or points
    mean_x, mean_y = (sum(values) / len(late) for values in zip(*late))
    spread = sum((x - mean_x) ** 2 for x, _ in late)
    return 3600 * sum((x - mean_x) * (y - mean_y) for x, y in late) / spread if spread else 0


def main(source, target):
    curves = read(source)
    seconds = max(x for points in curves.values() for x, _ in points)
    most = max(y for points in curves.values() for _, y in points) * 1.15

    def place(x, y):
        return f"{LEFT + x / seconds * (WIDTH - LEFT - 90):.1f},{HEIGHT - BOTTOM - y / most * (HEIGHT - BOTTOM - 16):.1f}"

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']
    for y in range(0, int(most) + 1, 100):
        x, height = place(0, y).split(",")
        parts.append(f'<path d="M{x},{height}H{WIDTH - 90}" stroke="#ddd"/>'
                     f'<text x="{LEFT - 6}" y="{float(height) + 4:.1f}" text-anchor="end">{y}</text>')
    for minutes in range(0, seconds // 60 + 1, 10):
        x, height = place(minutes * 60, 0).split(",")
        parts.append(f'<text x="{x}" y="{float(height) + 16:.1f}" text-anchor="middle">{minutes}</text>')
    parts.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 6}" text-anchor="middle">minutes</text>'
                 f'<text x="14" y="{HEIGHT / 2}" transform="rotate(-90 14 {HEIGHT / 2})" text-anchor="middle">resident, MB</text>')
    for name, points in curves.items():
        line = " ".join(place(x, y) for x, y in points)
        x, height = place(*points[-1]).split(",")
        parts.append(f'<polyline points="{line}" fill="none" stroke="{COLOURS[name]}" stroke-width="1.5"/>'
                     f'<text x="{float(x) + 6:.1f}" y="{float(height) + 4:.1f}" fill="{COLOURS[name]}">{name}</text>')
        late = [y for x, y in points if x >= 300] or [0]
        print(f"{name}: {min(late):.0f} to {max(late):.0f} MB after five minutes, {slope(points):+.1f} MB an hour")
    with open(target, "w") as file:
        file.write("\n".join(parts) + "\n</svg>\n")


main(*sys.argv[1:])

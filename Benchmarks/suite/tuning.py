"""The fastest setting of each row, found before anything is measured."""
import sys

from groups import speed


def settings_of(options, name, values):
    """One stream of work on all threads, or a stream for each, with each value of another setting."""
    return [{"streams": streams, name: value} for streams in sorted({1, options.threads}) for value in values]


def tuned(group, folder, quick=False):
    """A setting for each row by name; when it has to be quick, the last of each, untried."""
    settings = {}
    for row in group.rows:
        if row.takes_setting_of:
            settings[row.name] = settings[row.takes_setting_of]
        elif quick or len(row.settings) < 2:
            settings[row.name] = row.settings[-1] if row.settings else {}
        else:
            settings[row.name] = fastest(group, row, folder)
    return settings


def fastest(group, row, folder):
    best = (0, row.settings[0])
    for setting in row.settings:
        result = row.measure(folder / f"{group.key}-tuning", setting | {"tuning": True})
        found = 0 if "failed" in result else speed(result)
        print(f"  {row.name} {setting}: {found:.4g} {group.unit} {result.get('failed', '')}", file=sys.stderr, flush=True)
        best = max(best, (found, setting), key=lambda pair: pair[0])
    return best[1]

"""Opens a report in headless Chromium and uses it as a reader would: keys, pointer, slider, search, four widths, dark and print.

    python3 Tests/Report/drive.py report.html patterns.h5 [--pictures FOLDER]
    python3 Tests/Report/drive.py http://127.0.0.1:8180/ patterns.h5 --live [--pictures FOLDER]

A live page, of a training that goes on, must change without being loaded again.

Wants Debian's chromium and Python's h5py. Speaks the DevTools protocol over a pipe, so that nothing listens on a port.
"""
import argparse
import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np


class Browser:
    """A page of headless Chromium."""

    def __init__(self, folder):
        (commands, self.sink), (self.source, replies) = os.pipe(), os.pipe()
        self.process = subprocess.Popen(
            ["sh", "-c", f'exec chromium --headless=new --no-sandbox --disable-gpu --remote-debugging-pipe '
             f'--user-data-dir="{folder}" about:blank 3<&{commands} 4>&{replies}'],
            pass_fds=(commands, replies), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(commands), os.close(replies)
        self.number, self.session, self.buffer, self.faults = 0, None, b"", []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.sink, json.dumps(message).encode() + b"\0")
        while True:
            reply = self.receive()
            if reply.get("id") == self.number:
                if "error" in reply:
                    sys.exit(f"{method}: {reply['error']['message']}")
                return reply["result"]

    def receive(self):
        while b"\0" not in self.buffer:
            part = os.read(self.source, 1 << 20)
            if not part:
                sys.exit("Chromium ended.")
            self.buffer += part
        line, self.buffer = self.buffer.split(b"\0", 1)
        message = json.loads(line)
        if message.get("method") == "Runtime.exceptionThrown":
            self.faults.append(message["params"]["exceptionDetails"]["exception"].get("description", "an exception"))
        if message.get("method") == "Log.entryAdded" and message["params"]["entry"]["level"] == "error":
            self.faults.append(message["params"]["entry"]["text"])
        return message

    def open(self, place):
        self.call("Page.navigate", url=place if "://" in place else pathlib.Path(place).resolve().as_uri())
        while self.ask("document.readyState") != "complete":
            pass

    def ask(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            sys.exit(f"{expression}: {result['exceptionDetails']['exception'].get('description')}")
        return result["result"].get("value")

    def size(self, width, height=900):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def pointer(self, x, y, kind="mouseMoved"):
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left" if kind != "mouseMoved" else "none", clickCount=1)

    def key(self, name):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=name, code=name)


faults = []


def expect(holds, what):
    print(("ok    " if holds else "FAULT ") + what)
    if not holds:
        faults.append(what)


STEPS = ": training steps"


def measurement(file, task, checkpoint):
    if task.endswith(STEPS):
        group = file[f"{task.removesuffix(STEPS)}/telemetry"]
        row = list(group["step"][()]).index(int(checkpoint.removeprefix("step ")))
        signed, activation = (group[name][row].astype(np.float64) for name in ("signed", "activation"))
        return activation / activation.sum(), activation, signed
    group = file[f"{task}/{checkpoint}"]
    signed = group["signed"][()].astype(np.float64)
    activation = np.abs(signed).mean(0)
    return activation / activation.sum(), activation, signed.mean(0)


def tips(browser, file):
    """The tip of a cell says what the file holds."""
    tasks = browser.ask("[...tasks.values()].map(t => [t.task, t.states.map(s => s.name), t.layers, t.heads])")
    expect(bool(tasks), f"the page has the numbers of {len(tasks)} tasks")
    for task, states, layers, heads in tasks:
        share, activation, signed = measurement(file, task, states[-1])
        cell = int(np.argmax(share))
        layer, head = divmod(cell, heads)
        place = browser.ask(f"""(() => {{
            const svg = [...document.querySelectorAll('svg.heads[data-state]')].find(s => s.dataset.task === {json.dumps(task)}
              && s.dataset.state === {json.dumps(states[-1])} && s.checkVisibility());
            svg.scrollIntoView({{block: 'center'}});
            const g = grid(svg);
            const p = new DOMPoint(g.left + ({head} + .5) * g.width, g.top + ({layer} + .5) * g.height).matrixTransform(svg.getScreenCTM());
            return [p.x, p.y]; }})()""")
        browser.pointer(*place)
        shown = browser.ask("tip.hidden ? '' : tip.textContent")
        line = next((line for line in shown.split("\n") if line.startswith(f"{states[-1]}:")), "")
        expect(shown.startswith(f"L{layer}.H{head} · {task}"), f"{task}: a tip on the strongest head: {shown[:40]!r}")
        told = float(line.split(": ")[1].split(" %")[0])
        expect(abs(told - 100 * share.flat[cell]) < 0.0055, f"{task}: the tip's share is the file's: {line!r}")
        told = float(line.split("activation ")[1].split(",")[0])
        expect(abs(told - activation.flat[cell]) <= 2e-3 * activation.flat[cell], f"{task}: its activation too")
        told = float(line.split("signed ")[1].split(" ")[0])
        expect(abs(told - signed.flat[cell]) <= 2e-3 * abs(signed.flat[cell]) + 1e-9, f"{task}: and its signed score")
        browser.pointer(*place, kind="mousePressed")
        browser.pointer(*place, kind="mouseReleased")
        expect(browser.ask("search.value") == f"L{layer}.H{head}", f"{task}: a click chooses the head")
        panel = browser.ask("panel.hidden ? '' : panel.textContent")
        expect(task in panel and (task.endswith(STEPS) or "Examples with the largest score" in panel), f"{task}: and shows its examples")


def following(browser):
    """A live page changes by itself, and what its reader chose stays."""
    look = "[document.querySelector('#progress .note').textContent, document.querySelector('#steps output')?.value, performance.timeOrigin]"
    wait = """new Promise(resolve => { const start = performance.now(), look = () => %s || performance.now() - start > 60000
        ? resolve(!!%s) : setTimeout(look, 200); look(); })"""
    expect(browser.ask(wait % (("document.querySelector('#steps svg.heads') && tasks.size",) * 2)), "heads come while it trains")
    first = browser.ask(look)
    changed = f"document.querySelector('#progress .note').textContent !== {json.dumps(first[0])}"
    moved = f"document.querySelector('#steps output')?.value !== {json.dumps(first[1])}"
    expect(browser.ask(wait % ((f"({changed} && {moved})",) * 2)), "the page changes without being loaded again")
    second = browser.ask(look)
    expect(first[2] == second[2], f"{first[:2]} → {second[:2]}")
    browser.ask("""(() => { search.value = 'L0.H1'; search.dispatchEvent(new Event('input'));
        const slider = document.querySelector('#steps input[type=range]');
        slider.value = 0; slider.dispatchEvent(new Event('input')); slider.focus(); })()""")
    third = browser.ask(look)
    changed = f"document.querySelector('#progress .note').textContent !== {json.dumps(third[0])}"
    more = f"(tasks.get(document.querySelector('#steps svg.heads').dataset.task).states.length > {browser.ask('[...tasks.values()][0].states.length')} || {changed})"
    expect(browser.ask(wait % ((f"({changed} && {more})",) * 2)), "it goes on while a reader looks at a step")
    expect(browser.ask(look)[1] == third[1], f"the slider stays at {third[1]}")
    expect(browser.ask("search.value === 'L0.H1' && document.querySelectorAll('#steps .found').length > 0"), "a head that was searched stays marked")
    expect(browser.ask("document.activeElement.type") == "range", "the slider keeps the keyboard")


def finding(browser):
    browser.ask("search.value = 'l0h1'; search.dispatchEvent(new Event('input'))")
    marked, maps = browser.ask("[document.querySelectorAll('svg .found').length, document.querySelectorAll('svg.heads').length]")
    expect(marked == maps > 0, f"a head that is searched is marked in {marked} of {maps} maps")
    browser.ask("search.value = 'nonsense'; search.dispatchEvent(new Event('input'))")
    expect(browser.ask("found.value") == "a head is written like L3.H4", "nonsense is told how heads are written")
    browser.ask("search.value = ''; search.dispatchEvent(new Event('input'))")
    expect(browser.ask("document.querySelectorAll('.found').length") == 0, "an empty search marks nothing")


def flipping(browser):
    count = browser.ask("document.querySelectorAll('.flip:not([hidden]) input[type=range]').length")
    if not count:
        return
    seen = browser.ask("""(() => {
        const box = document.querySelector('.flip:not([hidden])'), slider = box.querySelector('input');
        const look = () => [box.querySelector('.cells').getAttribute('href'), box.querySelector('output').value];
        const before = look();
        slider.value = slider.value === slider.max ? 0 : slider.max;
        slider.dispatchEvent(new Event('input'));
        return [before, look()]; })()""")
    expect(seen[0][0] != seen[1][0] and seen[0][1] != seen[1][1], f"the slider changes the map: {seen[0][1]} → {seen[1][1]}")


def keys(browser):
    browser.ask("document.querySelector('svg.heads').focus({focusVisible: true})")
    browser.key("ArrowRight")
    browser.key("ArrowDown")
    expect(browser.ask("tip.textContent").startswith("L1.H1"), "arrow keys move over a map's cells")
    expect(browser.ask("document.activeElement.getAttribute('aria-label')").startswith("L1.H1"), "and a screen reader is told")
    browser.key("Enter")
    expect(browser.ask("search.value") == "L1.H1", "Enter chooses the head")
    browser.key("Escape")
    expect(browser.ask("tip.hidden"), "Escape closes the tip")


def sorting(browser):
    order = browser.ask("""(() => {
        const table = [...document.querySelectorAll('table')].find(t => t.querySelector('th[aria-sort].number'));
        if (!table) return null;
        const header = table.querySelector('th.number[aria-sort]');
        header.click();
        const column = [...header.parentElement.cells].indexOf(header);
        return [...table.tBodies[0].rows].map(r => parseFloat(r.cells[column].textContent)).filter(x => !Number.isNaN(x)); })()""")
    if order is not None:
        expect(order == sorted(order, reverse=True), "a click on a column sorts its table")


def widths(browser):
    for width in (400, 768, 1280, 2560):
        browser.size(width)
        over = browser.ask("document.documentElement.scrollWidth - innerWidth")
        wide = browser.ask("""[...document.querySelectorAll('main *')].filter(e => !e.closest('svg, pre') && e.checkVisibility()
            && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline').map(e => e.tagName + '.' + e.className).slice(0, 5)""")
        expect(over <= 0 and not wide, f"nothing is cut at {width} px: {over} {wide}")


def contrasts(browser):
    """The contrast of texts with the page, at least 4.5 (WCAG 2.2, 1.4.3), light and dark."""
    for scheme in ("light", "dark"):
        browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        low = browser.ask("""(() => {
            const parts = color => (color.match(/[\\d.]+/g) || []).map(Number);
            const light = ([r, g, b]) => { const f = c => (c /= 255) <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
              return .2126 * f(r) + .7152 * f(g) + .0722 * f(b); };
            const back = e => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor); if (c.length < 4 && c.length) return c; }
              return [255, 255, 255]; };
            const found = new Set();
            for (const e of document.querySelectorAll('h1,h2,h3,p,li,td,th,a,dt,dd,summary,caption,svg text,button,label')) {
              if (!e.checkVisibility() || e.closest('.save')) continue;
              const style = getComputedStyle(e), own = parts(e.matches('text') ? style.fill : style.color);
              const [a, b] = [light(own), light(back(e))];
              const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
              if (ratio < 4.5) found.add(e.tagName + ' ' + ratio.toFixed(2));
            }
            return [...found]; })()""")
        expect(not low, f"texts stand out when {scheme}: {low}")
    browser.call("Emulation.setEmulatedMedia", features=[])


def names(browser):
    bare = browser.ask("""[...document.querySelectorAll('input,button,select,svg[role=img],nav,a')].filter(e => !(e.ariaLabel || e.labels?.length
        || e.getAttribute('aria-label') || e.textContent.trim())).length""")
    expect(bare == 0, "every control and picture has a name")
    dead = browser.ask("[...document.querySelectorAll('nav a')].filter(a => !document.getElementById(a.hash.slice(1))).length")
    expect(dead == 0, "every entry of the contents leads somewhere")
    double = browser.ask("(ids => ids.length - new Set(ids).size)([...document.querySelectorAll('[id]')].map(e => e.id))")
    expect(double == 0, "no name of a place is there twice")


def saving(browser):
    text = browser.ask("styled(document.querySelector('svg.heads'))")
    expect(text.startswith("<svg") and "data:image/png" in text, "a map is saved as SVG with its cells")


def pictures(browser, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, width, scheme in (("light", 1280, "light"), ("dark", 1280, "dark"), ("narrow", 400, "light")):
        browser.size(width, 1400)
        browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        browser.ask("scrollTo(0, 0)")
        shot = browser.call("Page.captureScreenshot", captureBeyondViewport=True, format="png")
        (folder / f"{name}.png").write_bytes(base64.b64decode(shot["data"]))
    browser.call("Emulation.setEmulatedMedia", features=[])
    printed = browser.call("Page.printToPDF", printBackground=True)
    (folder / "print.pdf").write_bytes(base64.b64decode(printed["data"]))


def main():
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("page")
    flags.add_argument("measurements")
    flags.add_argument("--live", action="store_true")
    flags.add_argument("--pictures", type=pathlib.Path, metavar="FOLDER")
    options = flags.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, h5py.File(options.measurements) as file:
        browser = Browser(folder)
        browser.size(1280)
        browser.open(options.page)
        if options.live:
            following(browser)
        else:
            tips(browser, file)
        finding(browser)
        flipping(browser)
        keys(browser)
        sorting(browser)
        saving(browser)
        names(browser)
        contrasts(browser)
        widths(browser)
        if options.pictures:
            pictures(browser, options.pictures)
        expect(not browser.faults, f"no error in the console: {browser.faults[:3]}")
        browser.process.kill()
        browser.process.wait()
    sys.exit(f"{len(faults)} faults" if faults else 0)


if __name__ == "__main__":
    main()

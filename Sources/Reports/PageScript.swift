/// What a page does beside showing: no request, nothing that is not on the page already.
let pageScript = [
    scriptBasics, scriptMaps, scriptFlip, scriptTables, scriptPictures, "enhance(document);",
].joined(separator: "\n")

/// Numbers as the page writes them, elements, and a tip.
private let scriptBasics = #"""
    "use strict";
    const tasks = new Map();
    const readTasks = () => {
      tasks.clear();
      for (const task of JSON.parse(document.getElementById("heads").textContent)) tasks.set(task.task, task);
    };
    readTasks();
    const enhancers = [];  // what is done to each part of the page when it comes
    const enhance = part => enhancers.forEach(one => one(part));
    const percent = x => x == null ? "–" : (100 * x).toFixed(2) + " %";
    const plain = (x, digits = 3) => x == null ? "–" : x === 0 ? "0"
      : Math.abs(x) >= 1e-4 && Math.abs(x) < 1e6 ? String(Number(x.toPrecision(digits))) : x.toExponential(digits - 1);
    const make = (name, properties = {}, ...children) => {
      const element = Object.assign(document.createElement(name), properties);
      element.append(...children);
      return element;
    };
    const tip = make("div", {className: "tip", hidden: true});
    document.body.append(tip);
    const showTip = (text, x, y) => {
      tip.textContent = text;
      tip.hidden = false;
      const box = tip.getBoundingClientRect();
      tip.style.left = Math.max(4, Math.min(x + 14, innerWidth - box.width - 4)) + "px";
      tip.style.top = (y + 18 + box.height > innerHeight ? Math.max(4, y - box.height - 12) : y + 18) + "px";
    };
    const hideTip = () => { tip.hidden = true; };
    addEventListener("keydown", event => { if (event.key === "Escape") hideTip(); });
    """#

/// Tips on cells by pointer and keys, search for a head, and all numbers of a head that was chosen.
private let scriptMaps = #"""
    const grid = svg => {
      const [left, top, width, height, layers, heads] = svg.dataset.grid.split(" ").map(Number);
      return {left, top, width, height, layers, heads};
    };
    const headName = (svg, cell) => { const {heads} = grid(svg); 
      const names = svg.dataset.columns && svg.dataset.columns.split("|");
      return names ? `layer ${Math.floor(cell / heads)}, ${names[cell % heads]}` : `L${Math.floor(cell / heads)}.H${cell % heads}`; };
    const stateLine = (state, cell) => {
      const [signed, error] = [state.signed[cell], state.error[cell]];
      return `${state.name}: ${percent(state.share[cell])}, activation ${plain(state.share[cell] == null ? null : state.share[cell] * state.total)}, signed ${plain(signed)} ± `
        + `${plain(error, 2)}, t = ${error ? (signed / error).toFixed(1) : "–"}`;
    };
    const changeLine = (task, cell) => {
      if (!task.change) return [];
      const {from, to, t, q} = task.change;
      const difference = task.states[to].share[cell] - task.states[from].share[cell];
      return [`${task.states[from].name} → ${task.states[to].name}: ${difference > 0 ? "+" : ""}${percent(difference)}, `
        + `t = ${t[cell] == null ? "–" : t[cell].toFixed(1)}, q = ${plain(q[cell], 2)}`];
    };
    const shownStates = (task, name) => {
      const last = task.states.length - 1;
      return task.states.filter((state, place) => place === 0 || place === last || state.name === name);
    };
    const describe = (svg, cell) => {
      const task = tasks.get(svg.dataset.task);
      if (!task) return [headName(svg, cell), `${svg.dataset.legend}: ${svg.dataset.values.split("|")[cell]}`];
      return [`${headName(svg, cell)} · ${task.task}`, ...shownStates(task, svg.dataset.state).map(state => stateLine(state, cell)),
        ...changeLine(task, cell)];
    };
    const rectangle = (svg, cell, className) => {
      const {left, top, width, height, heads} = grid(svg);
      const mark = document.createElementNS(svg.namespaceURI, "rect");
      for (const [key, value] of Object.entries({x: left + cell % heads * width, y: top + Math.floor(cell / heads) * height, width, height,
        class: className})) mark.setAttribute(key, value);
      svg.append(mark);
    };
    const cellAt = (svg, event) => {
      const {left, top, width, height, layers, heads} = grid(svg);
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      const [head, layer] = [Math.floor((point.x - left) / width), Math.floor((point.y - top) / height)];
      return head >= 0 && head < heads && layer >= 0 && layer < layers ? layer * heads + head : null;
    };
    const search = make("input", {type: "search", placeholder: "L3.H4", size: 9, id: "find-head"});
    const found = make("output", {htmlFor: "find-head"});
    const tools = make("div", {className: "tools"}, make("label", {htmlFor: "find-head"}, "Find a head"), search, found);
    const panel = make("section", {className: "head-panel", hidden: true, ariaLabel: "The head that was chosen"});
    document.querySelector("main").prepend(tools, panel);
    const choose = name => {
      const wanted = /^L(\d+)\.?H(\d+)$/i.exec(name.trim());
      document.querySelectorAll(".found").forEach(one => one.matches("tr") ? one.classList.remove("found") : one.remove());
      let maps = 0;
      for (const svg of wanted ? document.querySelectorAll("svg.heads") : []) {
        const {layers, heads} = grid(svg);
        if (+wanted[1] >= layers || +wanted[2] >= heads) continue;
        rectangle(svg, +wanted[1] * heads + +wanted[2], "found");
        maps++;
      }
      const label = wanted && `L${+wanted[1]}.H${+wanted[2]}`;
      const rows = [...document.querySelectorAll("tbody tr")].filter(row => label && row.cells[0].textContent === label);
      rows.forEach(row => row.classList.add("found"));
      found.value = wanted ? `${label}: marked in ${maps} maps, ${rows.length} table rows` : name ? "a head is written like L3.H4" : "";
      panel.hidden = !maps;
      if (maps) panel.replaceChildren(...headDetails(label, +wanted[1], +wanted[2]));
    };
    const headDetails = (label, layer, head) => [...tasks.values()].flatMap(task => {
      if (layer >= task.layers || head >= task.heads) return [];
      const cell = layer * task.heads + head;
      const list = states => make("ul", {}, ...states.map(state => make("li", {}, stateLine(state, cell))));
      const isLong = task.states.length > 6;
      const lines = [list(isLong ? shownStates(task) : task.states), ...changeLine(task, cell).map(line => make("p", {}, line)),
        ...isLong ? [make("details", {}, make("summary", {}, `All ${task.states.length}`), list(task.states))] : []];
      const last = task.states[task.states.length - 1];
      const strongest = (last.strongest[cell] || []).map((place, rank) => {
        const example = task.examples[place];
        return make("li", {}, `${example.id}: ${plain(last.scores[cell][rank])}${example.text ? ` — ${example.text}` : ""}`);
      });
      return [make("strong", {}, `${label} · ${task.task}`), ...lines,
        ...strongest.length ? [make("p", {}, `Examples with the largest score at ${last.name}:`), make("ol", {}, ...strongest)] : []];
    });
    search.addEventListener("input", () => choose(search.value));
    const pick = (svg, cell) => { search.value = headName(svg, cell); choose(search.value); };
    const watch = svg => {
      let cell = 0;
      const point = (event, x, y) => {
        svg.querySelector(".mark")?.remove();
        rectangle(svg, cell, "mark");
        showTip(describe(svg, cell).join("\n"), x, y);
      };
      const atCell = () => {
        const {left, top, width, height, heads} = grid(svg);
        const place = new DOMPoint(left + (cell % heads + 1) * width, top + (Math.floor(cell / heads) + 1) * height)
          .matrixTransform(svg.getScreenCTM());
        point(null, place.x, place.y);
        svg.setAttribute("aria-label", describe(svg, cell).join("; "));
      };
      const leave = () => { svg.querySelector(".mark")?.remove(); hideTip(); };
      svg.addEventListener("pointermove", event => {
        const at = cellAt(svg, event);
        if (at == null) return leave();
        cell = at;
        point(event, event.clientX, event.clientY);
      });
      svg.addEventListener("pointerleave", leave);
      svg.addEventListener("blur", leave);
      svg.addEventListener("focus", () => { if (svg.matches(":focus-visible")) atCell(); });
      svg.addEventListener("click", event => { if (cellAt(svg, event) != null) pick(svg, cellAt(svg, event)); });
      svg.addEventListener("keydown", event => {
        const {layers, heads} = grid(svg);
        const step = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -heads, ArrowDown: heads}[event.key];
        if (event.key === "Enter") pick(svg, cell);
        if (!step) return;
        event.preventDefault();
        if (cell + step >= 0 && cell + step < layers * heads) cell += step;
        atCell();
      });
    };
    enhancers.push(part => part.querySelectorAll("svg.heads").forEach(watch));
    """#

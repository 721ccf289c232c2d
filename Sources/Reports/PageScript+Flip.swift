/// A slider over the checkpoints of a task, and of another page's that is opened beside them.
let scriptFlip = #"""
    const picture = (svg, values) => {
      const {layers, heads} = grid(svg);
      const colors = [...svg.querySelectorAll(".bar rect")].map(one => one.getAttribute("fill"));
      const isDiverging = svg.classList.contains("diverging");
      const canvas = make("canvas", {width: heads, height: layers});
      const draw = canvas.getContext("2d");
      values.forEach((value, cell) => {
        if (value == null) return;
        const root = Math.sqrt(Math.min(Math.abs(value) / +svg.dataset.limit, 1));
        const place = isDiverging ? 0.5 + Math.sign(value) * root / 2 : root;
        draw.fillStyle = colors[Math.round(place * (colors.length - 1))];
        draw.fillRect(cell % heads, Math.floor(cell / heads), 1, 1);
      });
      return canvas.toDataURL();
    };
    const chosen = new Map();  // the checkpoint at which a task's slider was left
    const flips = new Map();
    const addFlip = (part, task) => {
      const maps = [...part.querySelectorAll("svg.heads[data-state]")].filter(svg => svg.dataset.task === task.task);
      const first = maps.filter(svg => svg.dataset.state === maps[0].dataset.state).slice(0, 2);
      if (!first.length) return;
      const named = name => task.states.findIndex(state => state.name === name);
      const start = chosen.has(task.task) && named(chosen.get(task.task)) >= 0 ? chosen.get(task.task) : first[0].dataset.state;
      const slider = make("input", {type: "range", min: 0, max: task.states.length - 1, step: 1, ariaLabel: `Checkpoint of ${task.task}`});
      slider.value = Math.max(0, named(start));
      const shown = make("output");
      const clones = first.map(svg => svg.cloneNode(true));
      const section = make("div", {className: "flip", hidden: true}, make("label", {}, "Checkpoint ", slider, " ", shown),
        make("div", {className: "row"}, ...clones.map(clone => make("figure", {}, clone))));
      const place = first[0].closest(".row");
      place.before(section);
      clones.forEach(watch);
      const update = () => {
        const state = task.states[+slider.value];
        shown.value = state.name;
        slider.setAttribute("aria-valuetext", state.name);
        for (const clone of clones) {
          const values = clone.classList.contains("diverging") ? state.signed : state.share;
          clone.dataset.state = state.name;
          clone.querySelector(".title").textContent = state.name;
          clone.querySelector(".cells").setAttribute("href", picture(clone, values));
        }
      };
      slider.addEventListener("input", () => {
        update();
        if (+slider.value === task.states.length - 1) chosen.delete(task.task);
        else chosen.set(task.task, task.states[+slider.value].name);
      });
      const refresh = () => {
        slider.max = task.states.length - 1;
        section.hidden = task.states.length < 2;
        place.hidden = !section.hidden && maps.length === first.length;
        update();
      };
      refresh();
      flips.set(task.task, refresh);
    };
    enhancers.push(part => tasks.forEach(task => addFlip(part, task)));
    const other = make("input", {type: "file", accept: ".html", id: "other-page"});
    if (tasks.size && !document.querySelector("[rel=icon]")) tools.append(make("label", {htmlFor: "other-page"}, "Compare with another report"), other);
    other.addEventListener("change", async () => {
      const text = await other.files[0].text();
      const page = new DOMParser().parseFromString(text, "text/html").getElementById("heads");
      const theirs = page ? JSON.parse(page.textContent) : [];
      let added = 0;
      for (const their of theirs) {
        const task = tasks.get(their.task);
        if (!task || task.layers !== their.layers || task.heads !== their.heads) continue;
        for (const state of their.states) {
          task.states.push({...state, name: `${state.name} of ${other.files[0].name}`, strongest: [], scores: []});
          added++;
        }
      }
      flips.forEach(refresh => refresh());
      found.value = added ? `${added} checkpoints added: move the sliders` : "that page has no task of this one with as many heads";
    });
    """#

/// Tables that are sorted by a click on a column, and filtered where they are long.
let scriptTables = #"""
    const sortKey = cell => {
      const text = cell.textContent.trim();
      const value = parseFloat(text.replace("−", "-"));
      return cell.classList.contains("number") ? (Number.isNaN(value) ? -Infinity : value) : text;
    };
    const sortable = table => {
      const body = table.tBodies[0];
      if (!body || body.rows.length < 3) return;
      [...table.tHead.rows[0].cells].forEach((header, column) => {
        header.tabIndex = 0;
        header.setAttribute("aria-sort", "none");
        const sort = () => {
          const order = header.getAttribute("aria-sort") === "descending" ? "ascending" : "descending";
          for (const one of table.tHead.rows[0].cells) one.setAttribute("aria-sort", "none");
          header.setAttribute("aria-sort", order);
          const sign = order === "ascending" ? 1 : -1;
          const rows = [...body.rows].map(row => [sortKey(row.cells[column]), row]);
          rows.sort(([a], [b]) => sign * (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en", {numeric: true})));
          body.append(...rows.map(([, row]) => row));
        };
        header.addEventListener("click", sort);
        header.addEventListener("keydown", event => { if (event.key === "Enter") sort(); });
      });
      if (body.rows.length < 12) return;
      const filter = make("input", {type: "search", placeholder: "filter rows", ariaLabel: "Filter rows"});
      filter.addEventListener("input", () => {
        for (const row of body.rows) row.hidden = !row.textContent.toLowerCase().includes(filter.value.toLowerCase());
      });
      table.parentElement.before(filter);
    };
    enhancers.push(part => part.querySelectorAll("table").forEach(sortable));
    """#

/// Tips on curves, and pictures to take away.
let scriptPictures = #"""
    const tipsOfLines = chart => {
      const lines = [...chart.querySelectorAll("g.line[data-points]")].map(line => {
        const drawn = line.querySelector("polyline").getAttribute("points").split(" ").filter(Boolean).map(pair => pair.split(",").map(Number));
        return {name: line.dataset.name, drawn, told: line.dataset.points.split(" ").map(pair => pair.split(":"))};
      });
      chart.addEventListener("pointermove", event => {
        const x = new DOMPoint(event.clientX, event.clientY).matrixTransform(chart.getScreenCTM().inverse()).x;
        const texts = lines.filter(line => line.drawn.length).map(line => {
          const nearest = line.drawn.reduce((best, point, place) => Math.abs(point[0] - x) < Math.abs(line.drawn[best][0] - x) ? place : best, 0);
          return `${line.name}, ${line.told[nearest][0]}: ${line.told[nearest][1]}`;
        });
        if (texts.length) showTip(texts.join("\n"), event.clientX, event.clientY);
      });
      chart.addEventListener("pointerleave", hideTip);
    };
    enhancers.push(part => part.querySelectorAll("svg.chart").forEach(tipsOfLines));
    const styled = svg => {
      const copy = svg.cloneNode(true);
      const [from, to] = [svg, copy].map(one => [one, ...one.querySelectorAll("*")]);
      from.forEach((element, place) => {
        const style = getComputedStyle(element);
        for (const key of ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-family", "font-size", "font-weight", "text-anchor",
          "image-rendering", "filter"]) to[place].style.setProperty(key, style.getPropertyValue(key));
      });
      return new XMLSerializer().serializeToString(copy);
    };
    const download = (url, name) => make("a", {href: url, download: name}).click();
    const savePicture = async (svg, kind) => {
      const name = svg.querySelector(".title").textContent.replace(/[^\w.-]+/g, "-") || "picture";
      const address = URL.createObjectURL(new Blob([styled(svg)], {type: "image/svg+xml"}));
      if (kind === "SVG") return download(address, name + ".svg");
      const image = make("img", {src: address});
      await image.decode();
      const box = svg.viewBox.baseVal;
      const canvas = make("canvas", {width: 3 * box.width, height: 3 * box.height});
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(blob => download(URL.createObjectURL(blob), name + ".png"));
    };
    enhancers.push(part => part.querySelectorAll("svg.map").forEach(svg => {
      const buttons = ["SVG", "PNG"].map(kind => make("button", {type: "button", title: `Save as ${kind}`, onclick: () => savePicture(svg, kind)}, kind));
      svg.after(make("div", {className: "save"}, ...buttons));
    }));
    """#

/// What a live page does beside: it takes what its server sends, and keeps what the reader chose.
let scriptLive = #"""
    const connection = make("p", {className: "note", id: "connection", role: "status", hidden: true});
    document.querySelector("header").append(connection);
    const waiting = new Map();  // content by the name of its place
    let isHolding = false;  // while a slider is drawn nothing is taken from under the pointer
    const places = part => [...part.querySelectorAll("svg, input, button, summary, th[tabindex]")];
    const replace = (part, content) => {
      const focused = places(part).indexOf(document.activeElement);
      const open = [...part.querySelectorAll("details")].map(one => one.open);
      hideTip();
      part.innerHTML = content;
      enhance(part);
      part.querySelectorAll("details").forEach((one, place) => { one.open = open[place] || false; });
      if (focused >= 0) places(part)[focused]?.focus({preventScroll: true});
    };
    const take = () => {
      if (isHolding || !waiting.size) return;
      const heads = waiting.get("heads");
      if (heads != null) {
        document.getElementById("heads").textContent = heads;
        readTasks();
        waiting.delete("heads");
      }
      for (const [id, content] of waiting) replace(document.getElementById(id), content);
      waiting.clear();
      if (search.value) choose(search.value);
    };
    addEventListener("pointerdown", event => { isHolding = event.target.matches("input[type=range]"); });
    for (const kind of ["pointerup", "pointercancel"]) addEventListener(kind, () => { isHolding = false; take(); });
    const source = new EventSource("events");
    source.addEventListener("update", event => {
      for (const [id, content] of Object.entries(JSON.parse(event.data))) waiting.set(id, content);
      take();
    });
    source.addEventListener("open", () => { connection.hidden = true; });
    source.addEventListener("error", () => {
      connection.textContent = source.readyState === EventSource.CLOSED
        ? "The page is not kept up to date: the server refuses. Load it again." : "The server does not answer; the page shows what it last said. Trying again.";
      connection.hidden = false;
    });
    """#

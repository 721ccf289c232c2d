/// How a page looks: light and dark as the reader prefers, on paper as on a screen.
let pageStyle = """
    :root { --text: #1c1e21; --soft: #5b6068; --line: #d9dce1; --back: #ffffff; --panel: #f5f6f8; --accent: #21707b; }
    @media (prefers-color-scheme: dark) {
      :root { --text: #e6e8eb; --soft: #a0a6b0; --line: #363b43; --back: #15171a; --panel: #1e2126; --accent: #6fc3cf; }
    }
    * { box-sizing: border-box; }
    body { margin: 0 auto; max-width: 110rem; padding: 2.5rem 1.5rem 4rem; background: var(--back); color: var(--text);
      font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
    header { border-bottom: 1px solid var(--line); margin-bottom: 1.5rem; }
    h1 { font-size: 1.9rem; line-height: 1.2; letter-spacing: -0.015em; margin: 0 0 .3rem; overflow-wrap: anywhere; }
    h2 { font-size: 1.35rem; margin: 2.6rem 0 .6rem; overflow-wrap: anywhere; }
    h3 { font-size: 1.05rem; margin: 1.8rem 0 .4rem; overflow-wrap: anywhere; }
    header p { color: var(--soft); margin: 0 0 1rem; overflow-wrap: anywhere; }
    p, li { max-width: 52rem; } li { margin: .25rem 0; }
    pre { font: .85em/1.35 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-x: auto; margin: .6rem 0; }
    code { font: .88em ui-monospace, "SF Mono", Menlo, Consolas, monospace; background: var(--panel); padding: .1em .3em;
      border-radius: 4px; overflow-wrap: anywhere; }
    .note { border-left: 4px solid var(--accent); background: var(--panel); padding: .7rem 1rem; border-radius: 0 6px 6px 0; }
    .scroll { overflow-x: auto; margin: 1rem 0; }
    table { border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums; }
    caption { text-align: left; color: var(--soft); padding-bottom: .4rem; }
    th, td { text-align: left; padding: .32rem .9rem .32rem 0; border-bottom: 1px solid var(--line); font-weight: 400;
      vertical-align: top; white-space: nowrap; }
    thead th { font-weight: 600; border-bottom: 2px solid var(--line); white-space: normal; vertical-align: bottom; }
    tbody th { font-weight: 600; white-space: normal; overflow-wrap: break-word; max-width: 15rem; }
    .number { text-align: right; padding-left: .5rem; }
    td small { display: block; color: var(--soft); font-size: .85em; }
    nav ul { columns: 18rem; list-style: none; padding: 0; margin: 1.5rem 0; font-size: .95rem; }
    nav li { margin: 0 0 .3rem; break-inside: avoid; } .row > ul { flex: 1 1 24rem; margin-top: 0; }
    a { color: var(--accent); }
    .row { display: flex; flex-wrap: wrap; gap: 1rem 1.5rem; align-items: flex-start; }
    .row[hidden] { display: none; }
    figure { margin: .5rem 0; max-width: 100%; overflow-x: auto; }
    .map { display: block; max-width: 100%; height: auto; font: 11px system-ui, sans-serif; fill: var(--soft); }
    .map .title { font-size: 13px; font-weight: 600; fill: var(--text); }
    .map .end { text-anchor: end; } .map .middle { text-anchor: middle; } .map .axis { fill: var(--text); }
    .map .cells { image-rendering: pixelated; } .map:focus-visible { outline: 2px solid var(--accent); }
    .map .mark { fill: none; stroke: var(--text); stroke-width: 2; pointer-events: none; }
    .map .found { fill: none; stroke: #e0218a; stroke-width: 2.5; pointer-events: none; }
    @media (prefers-color-scheme: dark) { .diverging .cells, .diverging .bar { filter: invert(1) hue-rotate(180deg); } }
    .chart polyline, .chart line { fill: none; stroke-width: 1.8; } .chart .grid { stroke: var(--line); stroke-width: 1; }
    .line0 { stroke: var(--accent); color: var(--accent); } .line1 { stroke: #b4571e; color: #b4571e; }
    .line2 { stroke: #8a6bc4; color: #8a6bc4; } .line3 { stroke: #4f8a3c; color: #4f8a3c; }
    .line1 :is(polyline, .key) { stroke-dasharray: 6 3; } .line2 :is(polyline, .key) { stroke-dasharray: 2 3; }
    .line3 :is(polyline, .key) { stroke-dasharray: 8 3 2 3; }
    .chart circle, .plane circle { fill: currentColor; stroke: none; }
    details { margin: .6rem 0; } summary { cursor: pointer; color: var(--accent); }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.2rem; font-size: .9rem; }
    dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
    .tools { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center;
      background: var(--back); border-bottom: 1px solid var(--line); padding: .5rem 0; }
    .tools output { color: var(--soft); font-size: .9rem; overflow-wrap: anywhere; }
    input, select, button { font: inherit; font-size: .9rem; color: var(--text); background: var(--panel);
      border: 1px solid var(--line); border-radius: 5px; padding: .2rem .5rem; }
    input[type=range] { padding: 0; min-width: 9rem; accent-color: var(--accent); } button { cursor: pointer; }
    .tip { position: fixed; z-index: 3; max-width: 24rem; background: var(--panel); color: var(--text); white-space: pre-line;
      border: 1px solid var(--line); border-radius: 6px; padding: .4rem .6rem; font-size: .85rem; pointer-events: none;
      box-shadow: 0 2px 8px #0004; font-variant-numeric: tabular-nums; }
    .head-panel { background: var(--panel); border-radius: 6px; padding: .6rem 1rem; margin: .6rem 0; overflow-wrap: anywhere; }
    .save { display: flex; gap: .4rem; margin-top: .2rem; opacity: .25; } figure:is(:hover, :focus-within) .save { opacity: 1; }
    .save button { font-size: .75rem; padding: 0 .4rem; } th[aria-sort] { cursor: pointer; }
    th[aria-sort=ascending]::after { content: " ▲"; } th[aria-sort=descending]::after { content: " ▼"; }
    tr.found > * { background: #e0218a22; }
    @media (max-width: 40rem) { table, tbody, tr, th, td, caption { display: block; } thead { display: none; }
      tbody tr { border-bottom: 2px solid var(--line); padding: .4rem 0; } tbody th, td { border: 0; padding: .1rem 0; max-width: none; white-space: normal; }
      td.number { text-align: left; padding-left: 0; } td::before { content: attr(data-label) ": "; color: var(--soft); }
      td small { display: inline; margin-left: .4em; } dl { grid-template-columns: 1fr; } }
    @media (max-width: 72rem) { table.wide, .wide :is(tbody, tr, th, td, caption) { display: block; } .wide thead { display: none; }
      .wide tbody tr { border-bottom: 2px solid var(--line); padding: .4rem 0; columns: 16rem; } .wide :is(th, td) { border: 0; padding: .1rem 0; max-width: none; }
      .wide td.number { text-align: left; padding-left: 0; } .wide td::before { content: attr(data-label) ": "; color: var(--soft); }
      .wide td small { display: inline; margin-left: .4em; } }
    @media print {
      .tools, .save, .tip { display: none; }
      :root { --text: #000; --soft: #444; --line: #bbb; --back: #fff; --panel: #f2f2f2; --accent: #21707b; }
      body { max-width: none; padding: 0; font-size: 10pt; }
      .scroll { overflow: visible; } table { font-size: 7pt; } th, td { white-space: normal; padding-right: .5rem; }
      .row { display: block; } .row figure { display: inline-block; width: 31%; } .row .map { width: 100%; height: auto; }
      figure, tr, .note { break-inside: avoid; } h2, h3 { break-after: avoid; }
      rect { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    }
    """

"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const sentences = [...document.querySelectorAll(".sentence")];
  const cites = [...document.querySelectorAll(".cites li[data-cite]")];
  const bands = [...document.querySelectorAll(".chart-band")];
  const canvas = byId("strip");
  const position = new Map(data.units.map(([d, u], i) => [d + "-" + u, i]));
  // the document's sentences that have heat: elements by number (a citation's edge may cut one in two)
  const pieces = new Map();
  for (const mark of document.querySelectorAll("mark[data-heat]")) {
    for (const n of mark.dataset.heat.split(" ")) {
      if (!pieces.has(n)) pieces.set(n, []);
      pieces.get(n).push(mark);
    }
  }
  let hot = [], warmed = [];
  let lit = [], chosen = -1, layer = "", group = "", shown = [];

  const weightsOf = (number) => {
    if (data.heat && (layer !== "" || group !== "")) return partOf(number);
    return number < 0 ? data.total : data.sentences[number].weights;
  };

  // heat by sentence of the document; layers and groups are known by unit only
  const spansOf = (number) => {
    if (layer !== "" || group !== "") return [];
    return number < 0 ? data.looked : data.sentences[number].spans;
  };

  const warm = (number) => {
    for (const piece of hot) {
      piece.classList.remove("hot");
      piece.style.removeProperty("--s");
      piece.removeAttribute("title");
    }
    hot = [];
    warmed = spansOf(number);
    const top = Math.max(0, ...warmed.map((w) => w[1]));
    const sum = warmed.reduce((a, w) => a + w[1], 0);
    for (const [n, share] of [...warmed].sort((a, b) => a[1] - b[1])) {
      for (const piece of pieces.get(String(n)) || []) {
        piece.style.setProperty("--s", Math.sqrt(share / top).toFixed(3));
        piece.title = ((100 * share) / sum).toFixed(share / sum < 0.1 ? 1 : 0) + " %";
        piece.classList.add("hot");
        hot.push(piece);
      }
    }
    document.body.classList.toggle("fine", warmed.length > 0);
    return top;
  };

  // heat of one layer and/or head group: bytes [layers, groups, units] of a sentence, unpacked when first asked for
  const unpacked = new Map();
  const bytesOf = (number) => {
    if (!unpacked.has(number)) unpacked.set(number, Uint8Array.from(atob(data.heat.data[number]), (c) => c.charCodeAt(0)));
    return unpacked.get(number);
  };
  const partOf = (number) => {
    const { units, layers, groups, tops } = data.heat;
    const mass = new Float64Array(units.length);
    const chosenOf = (value, count) => (value === "" ? [...Array(count).keys()] : [Number(value)]);
    for (const at of number < 0 ? data.sentences.keys() : [number]) {
      const bytes = bytesOf(at);
      if (!bytes.length) continue;
      for (const l of chosenOf(layer, layers.length)) {
        for (const g of chosenOf(group, groups.length)) {
          const base = (l * groups.length + g) * units.length;
          for (let u = 0; u < units.length; u++) mass[u] += (bytes[base + u] / 255) ** 2 * tops[at];
        }
      }
    }
    const sum = mass.reduce((a, b) => a + b, 0);
    const found = [];
    units.forEach(([d, u], i) => { if (mass[i] > sum * 1e-3) found.push([d, u, mass[i]]); });
    return found;
  };

  // paint the heat of one sentence (or of all): only units that hold weight are touched, so 500 pages stay fluent
  const paint = (number) => {
    for (const unit of lit) {
      unit.classList.remove("lit");
      unit.style.removeProperty("--h");
    }
    for (const mark of document.querySelectorAll("mark.on")) mark.classList.remove("on");
    lit = [];
    shown = weightsOf(number);
    const top = Math.max(0, ...shown.map((w) => w[2]));
    const sum = shown.reduce((a, w) => a + w[2], 0);
    for (const [d, u, weight] of shown) {
      const unit = byId("u-" + d + "-" + u);
      if (!unit || weight <= 0 || weight < top * 0.004) continue;
      unit.style.setProperty("--h", Math.sqrt(weight / top).toFixed(3));
      unit.querySelector(".label").dataset.share = ((100 * weight) / sum).toFixed(weight / sum < 0.1 ? 1 : 0) + " %";
      unit.classList.add("lit");
      lit.push(unit);
    }
    const ids = number < 0 ? null : new Set(data.sentences[number].citations);
    for (const item of cites) {
      const on = ids !== null && ids.has(Number(item.dataset.cite));
      item.classList.toggle("on", on);
      if (on) for (const mark of marksOf(item.dataset.cite)) mark.classList.add("on");
    }
    bands.forEach((band, i) => band.classList.toggle("on", i === number));
    drawStrip(top, warm(number));
  };

  const marksOf = (id) => document.querySelectorAll('mark[data-cite~="' + Number(id) + '"]');

  const drawStrip = (top, hottest) => {
    const ratio = window.devicePixelRatio || 1;
    const box = canvas.getBoundingClientRect();
    canvas.width = Math.max(1, Math.round(box.width * ratio));
    canvas.height = Math.max(1, Math.round(box.height * ratio));
    const pen = canvas.getContext("2d");
    const style = getComputedStyle(document.documentElement);
    const rows = data.units.length || 1;
    const height = canvas.height / rows;
    pen.clearRect(0, 0, canvas.width, canvas.height);
    for (const [n, share] of warmed) {
      const [d, u, from, to] = data.spans[n];
      const at = position.get(d + "-" + u);
      if (at === undefined || hottest <= 0) continue;
      pen.fillStyle = "rgba(" + style.getPropertyValue("--heat") + "," + Math.max(0.08, Math.sqrt(share / hottest)) + ")";
      pen.fillRect(3 * ratio, (at + from) * height, canvas.width - 6 * ratio, Math.max((to - from) * height, 1.5 * ratio));
    }
    for (const [d, u, weight] of warmed.length ? [] : shown) {
      const at = position.get(d + "-" + u);
      if (at === undefined || top <= 0) continue;
      pen.fillStyle = "rgba(" + style.getPropertyValue("--heat") + "," + Math.max(0.08, Math.sqrt(weight / top)) + ")";
      pen.fillRect(3 * ratio, at * height, canvas.width - 6 * ratio, Math.max(height, 1.5 * ratio));
    }
    pen.fillStyle = style.getPropertyValue("--accent");
    for (const cite of data.citations) {
      const at = position.get(cite[0] + "-" + cite[1]);
      if (at !== undefined) pen.fillRect(0, at * height + height / 2 - ratio, 5 * ratio, 2.5 * ratio);
    }
  };

  const show = (element) => {
    if (!element) return;
    // content-visibility gives estimated heights to what was never seen: go there, then correct once it is laid out
    element.scrollIntoView({ block: "center" });
    requestAnimationFrame(() => element.scrollIntoView({ block: "center" }));
  };

  const choose = (number) => {
    chosen = number;
    sentences.forEach((s) => s.setAttribute("aria-pressed", String(Number(s.dataset.sentence) === number)));
    paint(number);
    if (number < 0) return;
    const first = document.querySelector("mark.on");
    const warmest = [...warmed].sort((a, b) => b[1] - a[1])[0];
    const hottest = [...shown].sort((a, b) => b[2] - a[2])[0];
    const piece = warmest && (pieces.get(String(warmest[0])) || [])[0];
    show(first || piece || (hottest && byId("u-" + hottest[0] + "-" + hottest[1])));
  };

  sentences.forEach((element) => {
    const number = Number(element.dataset.sentence);
    element.addEventListener("click", () => choose(chosen === number ? -1 : number));
    element.addEventListener("mouseenter", () => paint(number));
    element.addEventListener("mouseleave", () => paint(chosen));
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      choose(chosen === number ? -1 : number);
    });
  });
  cites.forEach((item) => {
    const go = () => {
      const mark = marksOf(item.dataset.cite)[0];
      document.querySelectorAll("mark.focus").forEach((m) => m.classList.remove("focus"));
      if (!mark) return;
      choose(Number(item.dataset.sentence));
      mark.classList.add("focus");
      show(mark);
    };
    item.addEventListener("click", go);
    item.addEventListener("keydown", (event) => { if (event.key === "Enter") go(); });
  });
  document.querySelectorAll(".cites li[data-unit]").forEach((item) => {
    const go = () => {
      document.querySelectorAll("mark.focus").forEach((m) => m.classList.remove("focus"));
      const words = item.dataset.to ? [...document.querySelectorAll('mark[data-place~="' + item.dataset.to + '"]')] : [];
      words.forEach((m) => m.classList.add("focus"));
      show(words[0] || byId("u-" + item.dataset.unit));
    };
    item.addEventListener("click", go);
    item.addEventListener("keydown", (event) => { if (event.key === "Enter") go(); });
  });
  canvas.addEventListener("click", (event) => {
    const box = canvas.getBoundingClientRect();
    const at = Math.min(data.units.length - 1, Math.floor(((event.clientY - box.top) / box.height) * data.units.length));
    const unit = data.units[at];
    if (unit) show(byId("u-" + unit[0] + "-" + unit[1]));
  });
  byId("all").addEventListener("click", () => choose(-1));
  if (data.heat) {
    byId("parts").hidden = false;
    const fill = (select, names, take) => {
      [data.heat.all, ...names].forEach((name, i) => select.append(new Option(name, i ? i - 1 : "")));
      select.addEventListener("change", () => { take(select.value); paint(chosen); });
    };
    fill(byId("layer"), data.heat.layers, (value) => { layer = value; });
    fill(byId("group"), data.heat.groups, (value) => { group = value; });
  }
  window.addEventListener("resize", () => paint(chosen));
  paint(-1);
})();

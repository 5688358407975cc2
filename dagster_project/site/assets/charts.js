"use strict";

/* Takes the drawn charts over, for tooltips and for the authorities that a reader chooses. */
(() => {
  const MOST = 4;
  const SHAPES = ["●", "■", "▲", "◆"];
  const form = document.getElementById("choose");
  const list = document.getElementById("chosen");
  const figures = [...document.querySelectorAll("figure.chart")];
  const names = new Map([...(form?.elements.area?.options ?? [])].map((each) => [each.value, each.text]));
  const views = new Map();
  let chosen = new URLSearchParams(location.hash.slice(1)).get("areas")?.split(",") ?? [];
  chosen = chosen.filter((code) => names.has(code)).slice(0, MOST);

  /* The points of what is chosen, as the chart's own rows: each with its name, and which of the four it is. */
  function points(told) {
    return chosen.flatMap((code, at) => (told.chosen.points[code] ?? []).map((values) => ({
      ...Object.fromEntries(told.chosen.fields.map((field, of) => [field, values[of]])),
      n: names.get(code),
      s: at,
    })));
  }

  /* The script that draws is large: it comes once the page stands, and only where a chart is looked at. */
  let drawer;
  const drawn = () => drawer ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `${document.body.dataset.root}assets/vega.js`;
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    document.head.append(script);
  });

  async function takeOver(figure) {
    await drawn();
    const told = JSON.parse(figure.querySelector("script").textContent);
    const place = figure.querySelector(".drawn");
    const scroller = place.parentElement;
    const spec = { ...told.spec, width: scroller.clientWidth, autosize: { type: "fit-x", contains: "padding" } };
    const made = document.createElement("div");
    made.setAttribute("aria-hidden", "true"); // what it shows is told by the label of its place
    const { view } = await vegaEmbed(made, spec, {
      actions: false,
      ast: true, // the policy of the page allows no code made from text
      defaultStyle: false,
      renderer: "svg",
      tooltip: { disableDefaultStyle: true },
    });
    views.set(view, told);
    await view.data("chosen", told.chosen ? points(told) : []).runAsync();
    place.replaceChildren(made);
    // it fits now: nothing is left to scroll
    for (const name of ["role", "tabindex", "aria-label"]) scroller.removeAttribute(name);
  }

  /* Whether any chart of the page has a point for an area; read once, when an area is first chosen. */
  let drawable;
  function hasFigures(code) {
    drawable ??= new Set(figures.flatMap((figure) => {
      const { chosen: { points } = { points: {} } } = JSON.parse(figure.querySelector("script").textContent);
      return Object.keys(points).filter((area) => points[area].length);
    }));
    return drawable.has(code);
  }

  function show() {
    list.replaceChildren(...chosen.map((code, at) => {
      const item = document.createElement("li");
      const drop = document.createElement("button");
      const shape = document.createElement("span");
      shape.className = `shape chosen-${at + 1}`;
      shape.textContent = SHAPES[at];
      shape.setAttribute("aria-hidden", "true");
      drop.type = "button";
      drop.textContent = "Remove";
      drop.setAttribute("aria-label", `Remove ${names.get(code)}`);
      drop.addEventListener("click", () => choose(chosen.filter((each) => each !== code)));
      item.append(shape, names.get(code), hasFigures(code) ? "" : " (no figures here)", drop);
      return item;
    }));
    for (const [view, told] of views) if (told.chosen) view.data("chosen", points(told)).runAsync();
  }

  function choose(codes) {
    chosen = codes;
    history.replaceState(null, "", chosen.length ? `#areas=${chosen}` : location.pathname);
    show();
  }

  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const code = form.elements.area.value;
    if (!chosen.includes(code)) choose([...chosen, code].slice(-MOST));
  });
  if (form) {
    form.hidden = false;
    show();
  }

  /* A chart is taken over when it comes near: the page opens at once. */
  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) {
        near.unobserve(target);
        takeOver(target);
      }
    }
  }, { rootMargin: "400px" });
  addEventListener("load", () => figures.forEach((figure) => near.observe(figure)));
})();

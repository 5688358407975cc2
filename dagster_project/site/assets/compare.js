"use strict";

/* Areas side by side, as the reader chooses them; the address keeps the choice. */
(() => {
  const form = document.getElementById("compare");
  const place = document.getElementById("compared");
  const root = document.body.dataset.root;
  const selects = [...form.querySelectorAll("select")];

  const made = (tag, content, set = {}) => {
    const element = Object.assign(document.createElement(tag), set);
    element.append(...[content].flat());
    return element;
  };

  function cell(said) {
    const [figure, interval] = said;
    return made("td", interval ? [figure, made("span", interval, { className: "interval" })] : figure, { className: "number" });
  }

  function show() {
    const areas = selects.map((each) => each.selectedOptions[0]).filter((each) => each.value);
    if (!areas.length) {
      place.replaceChildren();
      return;
    }
    const heads = [
      made("th", "Measure", { scope: "col" }),
      ...areas.map((each) => made("th", each.text, { scope: "col", className: "number" })),
    ];
    const rows = COMPARED.measures.map((measure, at) => {
      const link = made("a", measure.name, { href: root + measure.page });
      const under = made("span", `${measure.unit}, ${measure.period}`, { className: "under" });
      return made("tr", [
        made("th", [link, under], { scope: "row" }),
        ...areas.map((each) => cell(COMPARED.figures[each.value][at])),
      ]);
    });
    const caption = `Newest figures with their 95% intervals: ${areas.map((each) => each.text).join(", ")}`;
    const table = made("table", [made("caption", caption), made("thead", made("tr", heads)), made("tbody", rows)]);
    const region = made("div", table, { className: "scrolls", tabIndex: 0, role: "region", ariaLabel: caption });
    place.replaceChildren(region);
  }

  const asked = new URLSearchParams(location.hash.slice(1)).get("areas")?.split(",") ?? ["ENG"];
  selects.forEach((each, at) => {
    each.value = asked[at] ?? "";
    if (each.selectedIndex < 0) each.value = "";
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    history.replaceState(null, "", `#areas=${selects.map((each) => each.value).filter(Boolean)}`);
    show();
  });
  form.hidden = false;
  show();
})();

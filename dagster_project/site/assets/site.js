"use strict";

/* The search box: what SEARCHED names, found as the reader types; arrows move, Enter opens, Escape closes. */
(() => {
  const box = document.getElementById("search");
  const list = document.getElementById("found");
  const status = document.getElementById("found-count");
  const root = document.body.dataset.root;
  const MOST = 8;

  const folded = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");

  function matches(asked) {
    const parts = folded(asked).split(/\s+/).filter(Boolean);
    if (!parts.length) return [];
    const rank = (name) => (folded(name).startsWith(parts[0]) ? 0 : 1);
    return SEARCHED.filter(([name, kind]) => parts.every((part) => folded(`${name} ${kind}`).includes(part)))
      .sort((a, b) => rank(a[0]) - rank(b[0]));
  }

  function show() {
    const found = matches(box.value);
    list.replaceChildren(...found.slice(0, MOST).map(([name, kind, path]) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      const what = document.createElement("span");
      link.href = root + path;
      what.textContent = kind;
      link.append(name, what);
      item.append(link);
      return item;
    }));
    list.hidden = !found.length;
    status.textContent = box.value.trim() ? `${found.length} found` : "";
  }

  function move(event, step) {
    const stops = [box, ...list.querySelectorAll("a")];
    const next = stops[stops.indexOf(document.activeElement) + step];
    if (next && !list.hidden) {
      event.preventDefault();
      next.focus();
    }
  }

  box.addEventListener("input", show);
  box.form.addEventListener("submit", (event) => {
    const first = list.querySelector("a");
    if (first) {
      event.preventDefault();
      location.href = first.href;
    }
  });
  box.form.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") move(event, 1);
    if (event.key === "ArrowUp") move(event, -1);
    if (event.key === "Escape") {
      list.hidden = true;
      box.focus();
    }
  });
  box.form.addEventListener("focusout", (event) => {
    if (!box.form.contains(event.relatedTarget)) list.hidden = true;
  });
})();

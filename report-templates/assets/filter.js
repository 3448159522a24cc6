// Filters the rows of a page's table. Pages are complete without it: it shows the form, offers the values that the rows
// hold, and keeps what was chosen in the address after "#". It fetches nothing and writes no HTML.
"use strict";
(function () {
  const root = document.documentElement;
  root.dataset.script = "on";

  const opened = [];
  window.addEventListener("beforeprint", () => {
    for (const fold of document.querySelectorAll("details:not([open])")) {
      fold.open = true;
      opened.push(fold);
    }
  });
  window.addEventListener("afterprint", () => {
    for (const fold of opened.splice(0)) fold.open = false;
  });

  const form = document.querySelector("form.filter");
  const table = form && document.getElementById(form.dataset.table);
  if (!table) return;

  // A list of findings is searched as a whole, by a script of its own.
  if (form.dataset.search) {
    const search = document.createElement("script");
    search.src = form.dataset.root + "assets/search.js";
    search.onload = () => search.remove();
    document.head.append(search);
    return;
  }

  const rows = Array.from(table.tBodies[0].rows);
  const texts = new Map();
  const fields = Array.from(form.elements).filter((field) => field.name);
  const count = form.querySelector("output");
  const severities = ["critical", "high", "medium", "low", "info"];

  // A cell may hold several values (baselines); they are separated by spaces and only then.
  const valuesOf = (row, name) => {
    const value = row.dataset[name] || "";
    return name === "baseline" ? value.split(" ").filter(Boolean) : [value];
  };

  const order = (one, other) => {
    const ranks = [one, other].map((value) => severities.indexOf(value.toLowerCase()));
    return ranks[0] >= 0 && ranks[1] >= 0 ? ranks[0] - ranks[1] : one < other ? -1 : 1;
  };

  for (const field of fields) {
    if (field.type === "search") continue;
    const counts = new Map();
    for (const row of rows) {
      for (const value of valuesOf(row, field.name)) counts.set(value, (counts.get(value) || 0) + 1);
    }
    for (const value of Array.from(counts.keys()).filter(Boolean).sort(order)) {
      field.append(new Option(value + " (" + counts.get(value).toLocaleString("en") + ")", value));
    }
  }

  function textOf(row) {
    let text = texts.get(row);
    if (text === undefined) {
      text = row.textContent.toLowerCase();
      texts.set(row, text);
    }
    return text;
  }

  function apply() {
    const chosen = fields.filter((field) => field.type !== "search" && field.value !== "");
    const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const fits =
        chosen.every((field) => valuesOf(row, field.name).includes(field.value)) &&
        words.every((word) => textOf(row).includes(word));
      row.hidden = !fits;
      if (fits) shown += 1;
    }
    count.value = "Showing " + shown.toLocaleString("en") + " of " + rows.length.toLocaleString("en") + " rows";
  }

  function write() {
    const state = new URLSearchParams();
    for (const field of fields) if (field.value !== "") state.set(field.name, field.value);
    const hash = state.toString() === "" ? "" : "#" + state.toString();
    try {
      history.replaceState(null, "", location.pathname + location.search + hash);
    } catch {
      location.replace(hash === "" ? "#" : hash);
    }
    for (const link of document.querySelectorAll(".pager a")) link.hash = hash;
  }

  // A value that no row of this page holds still filters, and says so by showing nothing.
  function read() {
    const state = new URLSearchParams(location.hash.slice(1));
    for (const field of fields) {
      const value = state.get(field.name) || "";
      if (field.type !== "search" && value && !Array.from(field.options).some((option) => option.value === value)) {
        field.append(new Option(value + " (0)", value));
      }
      field.value = value;
    }
    apply();
    for (const link of document.querySelectorAll(".pager a")) link.hash = location.hash;
  }

  form.addEventListener("input", () => {
    apply();
    write();
  });
  form.addEventListener("reset", () => {
    setTimeout(() => {
      apply();
      write();
    });
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", read);
  form.hidden = false;
  read();
})();

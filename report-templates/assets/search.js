// Searches all findings of the report, from a disk as well as from a server: it opens the parts of the index that can hold
// what is asked for, one after the other, and says how far it came. The list of the page is complete without it. It
// fetches nothing but parts of the report and writes no HTML.
"use strict";
(function () {
  const form = document.querySelector("form.filter[data-search]");
  const table = form && document.getElementById(form.dataset.table);
  if (!table) return;

  const root = form.dataset.root;
  const PAGE = 200; // rows that are shown at a time
  const KEPT = 5000; // rows that are kept to be shown
  const AT_ONCE = 50; // parts that are searched without asking
  const SHOWN = 320; // characters of a message that a row shows
  // Why nobody can tell whether a finding fits.
  const TAGS = "the tags of their buckets are not known";
  const REGION = "their regions are not known";
  const UNIT = "the organizational units of their accounts are not known";
  const MESSAGE = "the search holds no more than the beginning of their messages";
  const complete = table.tBodies[0];
  const results = document.createElement("tbody");
  results.setAttribute("role", "rowgroup");
  const fields = Array.from(form.elements).filter((field) => field.name);
  const status = form.querySelector("output");
  const more = document.createElement("p");
  more.className = "more";
  const number = (value) => value.toLocaleString("en");
  const counted = (value, noun) => number(value) + " " + noun + (value === 1 ? "" : "s");

  let contents = null;
  let waiting = null; // what is to be done with the part that is being loaded
  let search = null; // the search that is going on

  window.s3attestSearch = {
    contents(value) {
      contents = value;
    },
    part(value) {
      if (waiting) waiting(value);
    },
  };

  function load(file) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = root + file;
      script.onload = () => {
        script.remove();
        resolve();
      };
      script.onerror = () => {
        script.remove();
        reject(new Error(file));
      };
      document.head.append(script);
    });
  }

  // Parts are loaded one at a time: each hands itself over while its script runs.
  let queue = Promise.resolve();
  function part(file) {
    const loaded = queue.then(async () => {
      let value = null;
      waiting = (given) => (value = given);
      try {
        await load(file);
      } finally {
        waiting = null;
      }
      return value;
    });
    queue = loaded.catch(() => {});
    return loaded;
  }

  const options = (field, entries) => {
    for (const [value, text] of entries) field.append(new Option(text, value));
  };

  function offer() {
    const named = (name) => form.elements[name];
    options(named("severity"), contents.severities.filter((one) => one[3]).map((one) => [one[0], one[1] + " (" + number(one[3]) + ")"]));
    options(named("verdict"), contents.verdicts.filter((one) => one[3]).map((one) => [one[0], one[1] + " (" + number(one[3]) + ")"]));
    options(
      named("check"),
      contents.checks
        .slice()
        .sort((one, other) => (one[0] < other[0] ? -1 : 1))
        .map((one) => [one[0], one[0] + ": " + one[1] + " (" + number(one[3]) + ")"])
    );
    const groups = new Map();
    for (const [value, text, framework] of contents.controls) {
      if (!groups.has(framework)) {
        const group = document.createElement("optgroup");
        group.label = framework;
        groups.set(framework, group);
        named("control").append(group);
      }
      groups.get(framework).append(new Option(text, value));
    }
    options(
      named("region"),
      contents.regions
        .slice()
        .sort((one, other) => (one[0] < other[0] ? -1 : 1))
        .map((one) => [one[0], one[0] + " (" + number(one[1]) + ")"])
    );
  }

  const wordsOf = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);

  // What is asked for, as one function for parts and one for findings.
  function asked() {
    const value = (name) => form.elements[name].value.trim();
    const severity = contents.severities.findIndex((one) => one[0] === value("severity"));
    const control = contents.controls.find((one) => one[0] === value("control"));
    let checks = control ? control[3].slice() : null;
    const check = contents.checks.findIndex((one) => one[0] === value("check"));
    if (value("check")) checks = (checks || [check]).filter((one) => one === check);
    if (value("control") && !control) checks = [];
    const region = contents.regions.findIndex((one) => one[0] === value("region"));
    const account = value("account").toLowerCase();
    const unit = value("unit").toLowerCase();
    const tag = value("tag").toLowerCase();
    const words = wordsOf(value("text"));
    const verdict = value("verdict");
    const exception = value("exception");
    let mask = 0n;
    for (const one of checks || []) if (one >= 0) mask |= 1n << BigInt(one);
    const isId = /^[0-9]{12}$/.test(account);
    return {
      canHold(line) {
        return (
          (!verdict || line.verdict === verdict) &&
          (!exception || line.verdict === "fail") &&
          (!value("severity") || line.severity === null || line.severity === severity) &&
          (checks === null || (BigInt(line.checks) & mask) !== 0n) &&
          (!value("region") || (line.unplaced || (region >= 0 && (BigInt(line.regions) >> BigInt(region)) & 1n))) &&
          (!isId || (line.first <= account && account <= line.last))
        );
      },
      // The places of the findings that fit, and for each that could not be told why not.
      among(held) {
        const fits = held.r.map((resource) => {
          const [id, name, path] = held.a[resource[0]];
          const doubts = [];
          if (account && !(isId ? id === account : (id + " " + name).toLowerCase().includes(account))) return "no";
          if (unit && path === null) {
            if (unit !== "not known") doubts.push(UNIT);
          } else if (unit && !path.toLowerCase().includes(unit)) return "no";
          if (value("region") && resource[4] === null && ["bucket", "access-point"].includes(resource[1])) doubts.push(REGION);
          else if (value("region") && (region < 0 || resource[4] !== region)) return "no";
          if (tag && resource[5] === null) doubts.push(TAGS);
          else if (tag && !resource[5].some((one) => one.toLowerCase().includes(tag))) return "no";
          return doubts.length ? doubts : "yes";
        });
        const cut = new Set(held.c);
        const texts = words.length
          ? held.r.map((resource) => {
              const [id, name] = held.a[resource[0]];
              const place = resource[4] === null ? "" : contents.regions[resource[4]][0];
              return [resource[2], id, name, place].join(" ").toLowerCase();
            })
          : [];
        const messages = words.length ? held.m.map((message) => message.toLowerCase()) : [];
        const found = [];
        const unclear = [];
        for (let at = 0; at < held.f.length; at += 5) {
          const [of, level, resource, message, beside] = [held.f[at], held.f[at + 1], held.f[at + 2], held.f[at + 3], held.f[at + 4]];
          if (fits[resource] === "no") continue;
          if (checks !== null && !checks.includes(of)) continue;
          if (value("severity") && level !== severity) continue;
          if (exception) {
            const effect = beside ? held.x[beside - 1].mark.key : "";
            if (exception === "open" ? effect === "accepted" : effect !== exception) continue;
          }
          let doubts = fits[resource] === "yes" ? [] : fits[resource];
          if (words.length) {
            const title = (contents.checks[of][0] + " " + contents.checks[of][1]).toLowerCase();
            if (!words.every((word) => texts[resource].includes(word) || messages[message].includes(word) || title.includes(word))) {
              if (!cut.has(message)) continue;
              doubts = doubts.concat(MESSAGE);
            }
          }
          if (doubts.length) unclear.push(doubts);
          else found.push(at);
        }
        return [found, unclear];
      },
    };
  }

  const element = (name, className, ...children) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children);
    return made;
  };
  const link = (page, ...children) => {
    const made = element("a", "", ...children);
    made.href = root + page;
    return made;
  };
  const isolated = (text) => element("bdi", "", text);
  const kinds = { organization: "The organization", account: "The account itself", region: "The region" };

  function row(line, held, at) {
    const [, , , , beside] = held.f.slice(at, at + 5);
    const check = contents.checks[held.f[at]];
    const severity = contents.severities[held.f[at + 1]];
    const verdict = contents.verdicts.find((one) => one[0] === line.verdict);
    const resource = held.r[held.f[at + 2]];
    const [id, name] = held.a[resource[0]];
    const exception = beside ? held.x[beside - 1] : null;
    const made = element("tr", "");
    made.setAttribute("role", "row");
    const cell = (className, ...children) => {
      const added = element("td", className, ...children);
      added.setAttribute("role", "cell");
      made.append(added);
      return added;
    };
    const marks = cell("marks", element("span", "mark " + verdict[2], verdict[1]), element("span", "severity " + severity[2], severity[1]));
    if (exception && exception.mark.key === "accepted") marks.append(element("span", "mark accepted", "Accepted"));
    cell("", link(check[2], check[1]), element("code", "sub", check[0]));
    const under = element("span", "sub");
    if (name) under.append(isolated(name), " ");
    under.append(element("span", "id", id));
    if (resource[4] !== null) under.append(" · ", element("span", "id", contents.regions[resource[4]][0]));
    cell("", link(resource[3] + "#finding-" + check[0] + resource[6], kinds[resource[1]] || isolated(resource[2])), under);
    const message = Array.from(held.m[held.f[at + 3]]);
    const why = cell("prose", message.length > SHOWN ? message.slice(0, SHOWN).join("").trimEnd() + "…" : message.join(""));
    why.dir = "auto";
    if (exception) {
      why.append(element("span", "sub", element("span", "beside-mark", exception.mark.word), " · ", link(exception.page, isolated(exception.id)), ": ", isolated(exception.words)));
    }
    return made;
  }

  function button(text, action) {
    const made = element("button", "", text);
    made.type = "button";
    made.addEventListener("click", action);
    return made;
  }

  function tell(now) {
    const { lines, done, lost, found, unclear, shown } = now;
    const skipped = contents.parts.length - lines.length;
    const texts = [];
    const isDone = done === lines.length;
    texts.push(
      (isDone ? "Searched all " + number(done) + " of " + counted(lines.length, "part") : "Searched " + number(done) + " of " + counted(lines.length, "part")) +
        " that can hold what you ask for" +
        (skipped ? "; by the index the other " + number(skipped) + " hold none" : "") +
        "."
    );
    texts.push(counted(found, "finding") + (isDone ? "" : " so far") + " of " + number(contents.total) + (found > shown ? ", the first " + number(shown) + " shown below." : "."));
    if (unclear) texts.push(counted(unclear, "more finding") + " cannot be told: " + Array.from(now.doubts).sort().join(", or ") + ".");
    if (lost.length) texts.push("Could not be opened, so that their findings are missing here: " + lost.join(", ") + ".");
    if (isDone && found > KEPT && shown >= KEPT) texts.push("No more than " + number(KEPT) + " can be shown: ask for less, or take findings.csv.");
    status.value = texts.join(" ");
    more.replaceChildren();
    if (shown < now.kept.length) {
      more.append(
        button("Show " + number(Math.min(PAGE, now.kept.length - shown)) + " more", () => {
          const next = results.rows.length;
          show(now, PAGE);
          // The button is a new one now, so the keyboard goes on at the first row that it brought.
          if (results.rows[next]) results.rows[next].querySelector("a").focus();
        })
      );
    }
    if (!isDone && !now.isRunning) more.append(" ", button("Search the other " + counted(lines.length - done, "part"), () => go(now)));
  }

  function show(now, count) {
    const rows = now.kept.slice(now.shown, now.shown + count);
    now.shown += rows.length;
    results.append(...rows.map(([line, held, at]) => row(line, held, at)));
    tell(now);
  }

  async function go(now) {
    now.isRunning = true;
    const end = Math.min(now.lines.length, now.done + AT_ONCE);
    while (now.done < end) {
      const line = now.lines[now.done];
      let held = null;
      try {
        held = await part(line.file);
      } catch {
        held = null;
      }
      if (search !== now) return;
      now.done += 1;
      if (held === null) {
        now.lost.push(line.file);
      } else {
        const [found, unclear] = now.asked.among(held);
        now.found += found.length;
        now.unclear += unclear.length;
        for (const doubts of unclear) for (const doubt of doubts) now.doubts.add(doubt);
        for (const at of found) if (now.kept.length < KEPT) now.kept.push([line, held, at]);
      }
      if (now.shown < PAGE) show(now, PAGE - now.shown);
      else tell(now);
    }
    now.isRunning = false;
    tell(now);
  }

  function lists(isSearching) {
    complete.hidden = isSearching;
    for (const pager of document.querySelectorAll(".pager, .of-the-list")) pager.hidden = isSearching;
    if (isSearching) table.append(results);
    else results.remove();
    more.hidden = !isSearching;
  }

  function apply() {
    results.replaceChildren();
    more.replaceChildren();
    const isSearching = fields.some((field) => field.value.trim() !== "");
    lists(isSearching);
    search = null;
    if (!isSearching) {
      status.value = "Choose what to look for among all " + counted(contents.total, "finding") + ", passed ones included.";
      return;
    }
    const wanted = asked();
    search = { asked: wanted, lines: contents.parts.filter(wanted.canHold), done: 0, lost: [], found: 0, unclear: 0, doubts: new Set(), shown: 0, kept: [], isRunning: false };
    tell(search);
    go(search);
  }

  function write() {
    const state = new URLSearchParams();
    for (const field of fields) if (field.value.trim() !== "") state.set(field.name, field.value.trim());
    const hash = state.toString() === "" ? "" : "#" + state.toString();
    try {
      history.replaceState(null, "", location.pathname + location.search + hash);
    } catch {
      location.replace(hash === "" ? "#" : hash);
    }
  }

  // A value that the run does not hold still asks, and says so by finding nothing.
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
  }

  let pause = 0;
  load(form.dataset.search).then(
    () => {
      if (contents === null) return;
      offer();
      table.after(more);
      form.addEventListener("input", () => {
        clearTimeout(pause);
        pause = setTimeout(() => {
          apply();
          write();
        }, 150);
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
    },
    () => {
      const note = element("p", "note", "The search needs the file " + form.dataset.search + ", which could not be opened. The list below is complete.");
      form.before(note);
    }
  );
})();

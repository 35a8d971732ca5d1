// What is lost without script: the copy buttons, fields that hide what does not apply, and what was typed when a session
// ended. All else is links and forms.
"use strict";

// Copy: the buttons are hidden until there is a script to serve them.
const say = (words) => {
  const region = document.querySelector(".messages");
  if (!region) return;
  const line = document.createElement("span");
  line.className = "vh";
  line.textContent = words;
  region.append(line);
  setTimeout(() => line.remove(), 4000);
};

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    const text = "value" in source ? source.value : source.textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      if (source.select) source.select();
      else getSelection().selectAllChildren(source);
      document.execCommand("copy");
    }
    const use = button.querySelector("use");
    const before = use.getAttribute("href");
    use.setAttribute("href", before.replace(/#.*/, "#i-check"));
    setTimeout(() => use.setAttribute("href", before), 2000);
    say(button.dataset.done);
  });
}

// Where tabs do not fit side by side, the current one is scrolled into view.
const tab = document.querySelector(".tabs [aria-current]");
if (tab) {
  const { parentElement: tabs, offsetLeft, offsetWidth } = tab;
  tabs.scrollLeft = offsetLeft - tabs.offsetLeft - (tabs.clientWidth - offsetWidth) / 2;
}

// The filters of a list take effect when they are chosen.
for (const pick of document.querySelectorAll("select.pick")) {
  pick.addEventListener("change", () => pick.form.requestSubmit());
}

// Empty parameters stay out of the URL.
for (const form of document.querySelectorAll('form[role="search"]')) {
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
  });
}

// Domains of channels that are not chosen are put away: they could not be used.
const boxes = document.querySelectorAll('input[name="channels"]');
const groups = document.querySelectorAll("[data-channel]");
if (boxes.length && groups.length) {
  const refresh = () => {
    const all = document.querySelector('input[name="reach"][value="all"]')?.checked;
    const chosen = new Set([...boxes].filter((box) => box.checked).map((box) => box.value));
    for (const group of groups) {
      group.hidden = !all && chosen.size > 0 && !chosen.has(group.dataset.channel);
      if (group.hidden) for (const box of group.querySelectorAll("input")) box.checked = false;
    }
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches('input[name="channels"], input[name="reach"]')) refresh();
  });
  refresh();
}

// Many channels: a search among their boxes, "only this" beside each, and how many are chosen.
for (const picker of document.querySelectorAll("[data-picker]")) {
  const [search, none, told] = picker.querySelectorAll("input, button, [role=status]");
  const all = [...picker.parentElement.querySelectorAll(".box-groups label")].map((label) => ({
    label,
    input: label.querySelector("input"),
    words: label.textContent.toLocaleLowerCase(),
  }));
  if (all.length < 7) continue;
  picker.hidden = false;
  const tell = () => {
    const numbers = {
      chosen: all.filter(({ input }) => input.checked).length,
      all: all.length,
      shown: all.filter(({ row }) => !row.hidden).length,
    };
    told.textContent = told.dataset.said.replace(/{(\w+)}/g, (_match, name) => numbers[name]);
  };
  const choose = (wanted) => {
    for (const { input } of all) input.checked = input === wanted;
    all[0].input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  for (const each of all) {
    const only = document.createElement("button");
    only.type = "button";
    only.className = "btn quiet small only";
    only.textContent = told.dataset.only;
    only.setAttribute("aria-label", `${told.dataset.only}: ${each.label.querySelector("span").firstChild.textContent.trim()}`);
    only.addEventListener("click", () => choose(each.input));
    each.row = document.createElement("span");
    each.row.className = "choice";
    each.label.before(each.row);
    each.row.append(each.label, only);
  }
  search.addEventListener("input", () => {
    const terms = search.value.toLocaleLowerCase().split(/\s+/);
    for (const { row, words } of all) row.hidden = !terms.every((term) => words.includes(term));
    tell();
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  none.addEventListener("click", () => choose(null));
  picker.parentElement.addEventListener("change", tell);
  tell();
}

// The access in plain words follows what is chosen, so that nobody needs the button that asks for it.
const preview = document.querySelector("button[name=preview]");
if (preview) {
  preview.hidden = true;
  let waiting, asking;
  const follow = async () => {
    asking?.abort();
    const { signal } = (asking = new AbortController());
    const body = new FormData(preview.form);
    body.append("preview", "1");
    try {
      const answer = await fetch(location.href, { method: "POST", body, signal });
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".summary");
      const shown = preview.form.querySelector(".summary");
      if (!found) return;
      if (shown) shown.replaceChildren(...found.childNodes);
      else preview.form.querySelector(".form-body").append(found);
    } catch (error) {
      preview.hidden = error.name === "AbortError";
    }
  };
  const soon = (event) => {
    if (event.target.type === "search") return;
    clearTimeout(waiting);
    waiting = setTimeout(follow, 400);
  };
  for (const kind of ["input", "change"]) preview.form.addEventListener(kind, soon);
}

// Tell, as it is typed, whether the name is right; the server asks again.
const confirmation = document.querySelector('input[name="confirmation"]');
if (confirmation) confirmation.addEventListener("input", () => confirmation.removeAttribute("aria-invalid"));

// Whoever comes back by the history finds the filters as the URL has them.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const field of document.querySelectorAll('form[role="search"] :disabled')) field.disabled = false;
});

// The palette, over the page: Ctrl K, or a click into the search box on top. Without script that box leads to its page.
const palette = document.getElementById("palette");
if (palette) {
  const [box, close] = palette.querySelectorAll("input, button");
  const list = palette.querySelector("[role=listbox]");
  const status = palette.querySelector("[role=status]");
  let asking;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");
  const choose = (option) => {
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) box.setAttribute("aria-activedescendant", option.id);
    else box.removeAttribute("aria-activedescendant");
  };

  const ask = async () => {
    asking?.abort();
    const { signal } = (asking = new AbortController());
    try {
      const query = new URLSearchParams({ fragment: "1", q: box.value });
      const answer = await fetch(`${palette.dataset.url}?${query}`, { signal });
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild;
      list.replaceChildren(...found.children);
      list.hidden = !options().length;
      box.setAttribute("aria-expanded", String(!list.hidden));
      status.textContent = found.dataset.said;
      choose(options()[0]);
    } catch {
      // Enter still sends the form to the page.
    }
  };

  const open = () => {
    if (palette.open) return;
    palette.showModal();
    box.focus();
    box.select();
    ask();
  };

  let typing;
  box.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(ask, 100);
  });
  box.addEventListener("keydown", (event) => {
    const all = options();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && all.length) {
      event.preventDefault();
      choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
    } else if (event.key === "Enter" && !event.isComposing && chosen()) {
      event.preventDefault();
      location.assign(chosen().href);
    }
  });
  close.addEventListener("click", () => palette.close());
  palette.addEventListener("click", (event) => {
    if (event.target === palette) palette.close();
  });
  document.getElementById("find")?.addEventListener("click", (event) => {
    if (event.target.value) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (palette.open) palette.close();
      else open();
    }
  });
}

// What was typed outlives a session that ended meanwhile: it stays in this tab until the next page that says otherwise.
// Passwords, files and what may hold a key are not kept, and nobody else who signs in here is shown it.
const who = document.body.dataset.who;
const typed = (form) =>
  [...form.elements].filter(
    (field) => field.name && !["hidden", "password", "file", "submit"].includes(field.type) && !("unkept" in field.dataset),
  );
const ticks = (field) => ["checkbox", "radio"].includes(field.type);
const kept = JSON.parse(sessionStorage.getItem("typed") ?? "null");
const interrupted = Boolean(document.querySelector("[data-interrupted]"));
if (kept && !interrupted) {
  const entered = document.referrer && new URL(document.referrer).pathname.startsWith("/accounts/");
  const form = document.querySelector('main form[method="post"]');
  sessionStorage.removeItem("typed");
  if (form && kept.who === who && kept.path === location.pathname && (entered || kept.interrupted)) {
    for (const field of typed(form)) {
      const values = kept.fields.filter(([name]) => name === field.name).map(([, value]) => value);
      if (ticks(field)) field.checked = values.includes(field.value);
      else if (values.length) field.value = values[0];
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    const told = document.createElement("p");
    told.className = "callout info";
    told.textContent = document.body.dataset.again;
    document.querySelector(".messages")?.append(told);
  }
} else if (kept) {
  sessionStorage.setItem("typed", JSON.stringify({ ...kept, interrupted }));
}
for (const form of document.querySelectorAll('main form[method="post"]')) {
  form.addEventListener("submit", () => {
    const fields = typed(form).filter((field) => !ticks(field) || field.checked);
    const pairs = fields.map((field) => [field.name, field.value]);
    sessionStorage.setItem("typed", JSON.stringify({ who, path: location.pathname, fields: pairs }));
  });
}

// "/" goes to the search box of the page, or else to the one on top.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
  const search = document.querySelector("main input[type=search]") ?? document.getElementById("find");
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

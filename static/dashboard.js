// What is lost without script: the copy buttons, and fields that hide what does not apply. All else is links and forms.
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
      if (!source.select) return;
      source.select();
      document.execCommand("copy");
    }
    const use = button.querySelector("use");
    const before = use.getAttribute("href");
    use.setAttribute("href", before.replace(/#.*/, "#i-check"));
    setTimeout(() => use.setAttribute("href", before), 2000);
    say(button.dataset.done);
  });
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

// Tell, as it is typed, whether the name is right; the server asks again.
const confirmation = document.querySelector('input[name="confirmation"]');
if (confirmation) confirmation.addEventListener("input", () => confirmation.removeAttribute("aria-invalid"));

// Whoever comes back by the history finds the filters as the URL has them.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const field of document.querySelectorAll('form[role="search"] :disabled')) field.disabled = false;
});

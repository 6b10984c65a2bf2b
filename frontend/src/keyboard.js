// Single keys by physical key, so that they work on a Cyrillic layout; off inside fields,
// and off altogether where the account says so (WCAG 2.1.4).
import { openDialog } from "./dialogs.js";

const NAMES = {
  KeyJ: "j", KeyK: "k", KeyN: "n", KeyE: "e", KeyX: "x", KeyC: "c", KeyL: "l",
  KeyS: "s", KeyD: "d", KeyU: "u",
  Digit1: "1", Digit2: "2", Digit3: "3", Numpad1: "1", Numpad2: "2", Numpad3: "3",
};

const inField = (node) =>
  node instanceof Element && node.closest("input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable], dialog[open]");

const isShown = (node) => node.offsetParent !== null && !node.disabled;

function rows() {
  return [...document.querySelectorAll("[data-row]")].filter(isShown);
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((row) => row.classList.contains("sel"));
  const next = all[Math.min(all.length - 1, Math.max(0, now < 0 ? (step > 0 ? 0 : all.length - 1) : now + step))];
  for (const row of all) row.classList.toggle("sel", row === next);
  // The link first: Enter opens the row, whatever box stands before it.
  const target = next.querySelector("a[href]") ?? next.querySelector("button, input") ?? next;
  target.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function select() {
  const row = rows().find((one) => one.classList.contains("sel"));
  row?.querySelector("input[type=checkbox]")?.click();
}

function press(key) {
  const target = [...document.querySelectorAll(`[data-key~="${key}"]`)].find(isShown);
  if (!target) return false;
  target.focus();
  target.click();
  // A key that chooses leads on to what has to be written before anything is recorded.
  document.getElementById(target.dataset.then ?? "")?.focus();
  return true;
}

function focusSearch() {
  const box = document.getElementById("q");
  if (!box) return false;
  box.focus();
  box.select();
  return true;
}

export function watchKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.code === "KeyK") {
      event.preventDefault();
      openDialog("palette")?.dispatchEvent(new Event("palette:open"));
      return;
    }
    if (event.ctrlKey || event.metaKey || document.documentElement.dataset.keys === "off") return;
    if (inField(event.target)) return;
    if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) {
      event.preventDefault();
      openDialog("keys");
      return;
    }
    if (event.key === "/" || event.code === "Slash") {
      if (focusSearch()) event.preventDefault();
      return;
    }
    if (event.shiftKey) return;
    const key = NAMES[event.code];
    if (!key) return;
    if (press(key)) event.preventDefault();
    else if (key === "j" || key === "k") {
      event.preventDefault();
      move(key === "j" ? 1 : -1);
    } else if (key === "x") select();
  });
}

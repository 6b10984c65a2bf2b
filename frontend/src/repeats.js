// Rows of a form that may be repeated (Django formsets). The server adds rows too, for browsers
// without script: the same button then sends the form.
//
// <div data-repeat="prefix"> ... <div data-rows></div> <template>one row with __prefix__</template>
// <button data-add [data-like]>   data-like copies the values of the last row into the new one.
function total(box) {
  const prefix = box.dataset.repeat;
  return box.querySelector(`[name="${prefix}-TOTAL_FORMS"]`);
}

function copyValues(from, to, skip) {
  const key = (field) => field.name.replace(/^(.*?-)\d+-/, "$1");
  const known = new Map();
  for (const field of from.querySelectorAll("input, select, textarea")) {
    if (field.type === "checkbox" || field.type === "radio") {
      known.set(`${key(field)}=${field.value}`, field.checked);
    } else known.set(key(field), field.value);
  }
  for (const field of to.querySelectorAll("input, select, textarea")) {
    const name = key(field);
    if (field.type === "file" || field.type === "hidden" || skip.some((end) => name.endsWith(end))) continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = known.get(`${name}=${field.value}`) ?? field.checked;
    else if (known.has(name)) field.value = known.get(name);
  }
}

export function addRow(box, like, htmx) {
  const count = total(box);
  const rows = box.querySelector("[data-rows]");
  const last = rows.lastElementChild;
  const holder = document.createElement("template");
  holder.innerHTML = box.querySelector(":scope > template").innerHTML
    .replaceAll("__prefix__", count.value)
    .replaceAll("__number__", String(Number(count.value) + 1));
  const row = holder.content.firstElementChild;
  rows.append(row);
  count.value = String(Number(count.value) + 1);
  if (like && last) copyValues(last, row, (box.dataset.fresh ?? "").split(" ").filter(Boolean));
  htmx.process(row);
  const first = (like && row.querySelector("[data-first]")) ?? row.querySelector("input:not([type=hidden]), select");
  first?.focus();
  row.scrollIntoView({ block: "nearest" });
  box.closest("form")?.dispatchEvent(new Event("change", { bubbles: true }));
  return row;
}

export function watchRepeats(htmx) {
  // Ctrl Enter in a row: one more like it, without a hand on the mouse.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const button = event.target.closest?.("[data-repeat]")?.querySelector("[data-add][data-like]");
    if (!button) return;
    event.preventDefault();
    button.click();
  });
  // A barcode scanner ends with Enter: in a long form that means the next field, not "send".
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
    const form = event.target.closest?.("form[data-draft]");
    if (!form || !event.target.matches("input:not([type=submit]):not([type=file]), select")) return;
    event.preventDefault();
    const fields = [...form.elements].filter((one) => one.type !== "hidden" && one.offsetParent !== null);
    fields[fields.indexOf(event.target) + 1]?.focus();
  });

  document.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add]");
    if (add) {
      const box = add.closest("[data-repeat]") ?? document.querySelector(`[data-repeat="${add.dataset.add}"]`);
      if (!box) return;
      event.preventDefault();
      addRow(box, "like" in add.dataset, htmx);
    }
    const suggestion = event.target.closest("[data-fill]");
    if (suggestion) {
      const field = document.getElementById(suggestion.dataset.fill);
      if (!field) return;
      event.preventDefault();
      field.value = suggestion.dataset.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
      field.focus();
    }
  });
}

// Ctrl K: every place of the navigation and every action of this page by its name; else a search.
export function watchPalette() {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const box = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  let hits = [];
  let at = 0;

  const commands = () => {
    const found = [];
    for (const link of document.querySelectorAll(".head .acts a[href], .head .acts button, [data-command]")) {
      found.push({ words: link.dataset.command || link.textContent.replace(link.querySelector("kbd")?.textContent ?? "\u0000", "").trim(), group: dialog.dataset.here, link });
    }
    for (const link of document.querySelectorAll(".nav a[href]")) {
      const group = link.closest("ul")?.previousElementSibling?.textContent ?? "";
      found.push({ words: link.querySelector("span")?.textContent ?? link.textContent, group, link });
    }
    return found;
  };

  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  const draw = () => {
    const wanted = fold(box.value.trim());
    hits = commands().filter((one) => fold(one.words).includes(wanted)).slice(0, 12);
    if (wanted) hits.push({ words: `${dialog.dataset.search} “${box.value.trim()}”`, group: "", search: box.value.trim() });
    at = Math.min(at, Math.max(0, hits.length - 1));
    list.replaceChildren(...hits.map((one, index) => {
      const row = document.createElement("div");
      row.setAttribute("role", "option");
      row.id = `palette-${index}`;
      row.setAttribute("aria-selected", String(index === at));
      row.textContent = one.words;
      const group = document.createElement("span");
      group.textContent = one.group;
      row.append(group);
      row.addEventListener("click", () => go(index));
      return row;
    }));
    box.setAttribute("aria-activedescendant", hits.length ? `palette-${at}` : "");
    list.children[at]?.scrollIntoView({ block: "nearest" });
  };

  const go = (index) => {
    const one = hits[index];
    if (!one) return;
    dialog.close();
    if (one.search) {
      const url = new URL(dialog.dataset.searchUrl, window.location.href);
      url.searchParams.set("q", one.search);
      window.location.assign(url);
    } else one.link.click();
  };

  dialog.addEventListener("palette:open", () => {
    box.value = "";
    at = 0;
    draw();
    box.focus();
  });
  box.addEventListener("input", () => { at = 0; draw(); });
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      at = (at + (event.key === "ArrowDown" ? 1 : hits.length - 1)) % Math.max(1, hits.length);
      draw();
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(at);
    }
  });
}

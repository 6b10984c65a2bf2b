// "Menu" and "Filters" on narrow screens. Without script the links jump to what :target opens.
export function watchMenus() {
  for (const link of document.querySelectorAll("[data-opens]")) {
    const part = document.getElementById(link.dataset.opens);
    if (!part) continue;
    link.setAttribute("role", "button");
    link.setAttribute("aria-controls", part.id);
    link.setAttribute("aria-expanded", "false");
    const set = (open) => {
      part.classList.toggle("is-open", open);
      link.setAttribute("aria-expanded", String(open));
      if (open) part.querySelector("a, input, button")?.focus();
    };
    link.addEventListener("click", (event) => {
      event.preventDefault();
      set(!part.classList.contains("is-open"));
    });
    link.addEventListener("keydown", (event) => {
      if (event.key === " ") {
        event.preventDefault();
        link.click();
      }
    });
    part.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && part.classList.contains("is-open")) {
        set(false);
        link.focus();
      }
    });
  }
  // A menu in the bar closes when one leaves it.
  for (const menu of document.querySelectorAll("details.pop")) {
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });
  }
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.pop[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
}

// A filter form sends itself when a box changes; its button is for browsers without script.
export function watchFilters() {
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-auto]");
    if (form && event.target.matches("input[type=checkbox], input[type=radio], select")) form.requestSubmit();
  });
}

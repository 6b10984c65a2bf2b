// Judging: a single key chooses (keyboard.js); Ctrl Enter in the form records, as its button does.
export function watchJudging() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.closest?.("form[data-judge]");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-record]"));
  });
}

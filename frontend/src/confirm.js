// <form data-confirm="What will happen"> or a button with it asks once before it sends.
export function watchConfirm() {
  const dialog = document.getElementById("confirm");
  if (!dialog) return;
  let waiting = null;

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const words = event.submitter?.dataset.confirm ?? form.dataset.confirm;
    if (!words || form.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = { form, submitter: event.submitter };
    dialog.querySelector("[data-words]").textContent = words;
    const yes = dialog.querySelector("[data-yes]");
    yes.textContent = event.submitter?.textContent.trim() || yes.textContent;
    dialog.showModal();
  }, true);

  dialog.querySelector("[data-yes]").addEventListener("click", () => {
    if (!waiting) return;
    const { form, submitter } = waiting;
    waiting = null;
    dialog.close();
    form.dataset.confirmed = "yes";
    form.requestSubmit(submitter ?? undefined);
    delete form.dataset.confirmed;
  });
}

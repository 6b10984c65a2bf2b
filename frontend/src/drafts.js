// <form data-draft="/address"> saves what is typed, two seconds after the last key, on the server.
// Nothing is kept in the browser: the machine may be shared.
const PAUSE = 2000;

function watch(form) {
  const state = document.querySelector("[data-draft-state]");
  const say = (name, extra = "") => {
    if (state) state.textContent = (state.dataset[name] ?? "") + extra;
  };
  let timer = 0;
  let running = false;
  let again = false;

  const save = async () => {
    if (running) { again = true; return; }
    running = true;
    say("saving");
    const body = new FormData();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": document.body.dataset.csrf ?? "" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const told = await answer.json();
      if (told.draft) {
        for (const field of form.querySelectorAll("input[name=draft]")) field.value = told.draft;
      }
      say("saved", ` ${told.at ?? ""}`);
    } catch {
      say("failed");
      again = true;
    }
    running = false;
    if (again) { again = false; timer = window.setTimeout(save, 5 * PAUSE); }
  };

  const later = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, PAUSE);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", () => window.clearTimeout(timer));
}

export function watchDrafts() {
  for (const form of document.querySelectorAll("form[data-draft]")) watch(form);
}

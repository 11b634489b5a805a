// Files may be dropped; without this module they are chosen.
for (const form of document.querySelectorAll("[data-drop]")) {
  const input = form.querySelector("input[type=file]"), state = form.querySelector("[data-state]");
  for (const kind of ["dragenter", "dragover"]) form.addEventListener(kind, (event) => { event.preventDefault(); form.classList.add("over"); });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    if (event.dataTransfer.files.length) { input.files = event.dataTransfer.files; form.requestSubmit(); }
  });
  form.addEventListener("submit", () => { state.textContent = form.dataset.busy; form.querySelector("button").disabled = true; });
}

// Adds a row where it stands; without this module the button asks the server for more.
for (const button of document.querySelectorAll("[data-more]")) {
  const rows = button.closest("section").querySelector("[data-rows]");
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const row = rows.lastElementChild.cloneNode(true), number = rows.children.length + 1;
    for (const input of row.querySelectorAll("input")) {
      input.value = "";
      input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+/, number));
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
    }
    for (const said of row.querySelectorAll(".wrong, .note")) said.remove();
    rows.append(row);
    row.querySelector("input").focus();
  });
}

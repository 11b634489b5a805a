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
    for (const said of row.querySelectorAll(".wrong, .note, [data-lectern]")) said.remove();
    rows.append(row);
    row.querySelector("input").focus();
  });
}

// The lectern drawn on a picture of its camera; the field beside takes the same as text.
const dialog = document.querySelector("#lectern");
const table = document.querySelector("[data-stills]");
if (dialog && table) lectern(dialog, table, JSON.parse(table.dataset.stills));

function lectern(dialog, table, stills) {
  const stage = dialog.querySelector(".lectern-stage"), picture = stage.querySelector("img"), drawn = stage.querySelector("rect");
  const said = dialog.querySelector("[data-said]"), use = dialog.querySelector("[value=use]");
  let field = null, box = null, from = null;

  const offer = () => {
    for (const row of table.children) {
      const name = row.querySelector("[name=camera_id]").value.trim(), text = row.querySelector("[name=camera_lectern]");
      let button = row.querySelector("[data-lectern]");
      if (!button) {
        button = document.createElement("button");
        Object.assign(button, { type: "button", className: "secondary", textContent: table.dataset.draw });
        button.dataset.lectern = "";
        button.addEventListener("click", () => open(row));
        text.after(button);
      }
      button.hidden = !Object.hasOwn(stills, name);
    }
  };

  const open = (row) => {
    const name = row.querySelector("[name=camera_id]").value.trim();
    field = row.querySelector("[name=camera_lectern]");
    const parts = field.value.trim().split(/[\s,，]+/).map(Number);
    dialog.querySelector("[data-camera]").textContent = name;
    picture.src = stills[name];
    show(parts.length === 4 && parts.every(Number.isFinite) ? parts : null);
    dialog.showModal();
    stage.focus();
  };

  const text = (own) => own.map((side) => Number(side.toFixed(3))).join(" ");
  const show = (next) => {
    box = next && fitted(next);
    use.disabled = !box;
    said.textContent = box ? text(box) : "–";
    const [x, y, w, h] = box ?? [0, 0, 0, 0];
    for (const [side, value] of Object.entries({ x, y, width: w, height: h })) drawn.setAttribute(side, 1000 * value);
  };
  const fitted = ([x, y, w, h]) => {
    const wide = Math.min(Math.max(w, 0.01), 1), high = Math.min(Math.max(h, 0.01), 1);
    return [Math.min(Math.max(x, 0), 1 - wide), Math.min(Math.max(y, 0), 1 - high), wide, high];
  };
  const place = (event) => {
    const edge = stage.getBoundingClientRect(), share = (at, length) => Math.min(Math.max(at / length, 0), 1);
    return [share(event.clientX - edge.left, edge.width), share(event.clientY - edge.top, edge.height)];
  };

  stage.addEventListener("pointerdown", (event) => { from = place(event); stage.setPointerCapture(event.pointerId); event.preventDefault(); stage.focus(); });
  stage.addEventListener("pointermove", (event) => {
    if (!from) return;
    const to = place(event);
    show([Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])]);
  });
  stage.addEventListener("pointerup", () => { from = null; });
  stage.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way) return;
    event.preventDefault();
    const [x, y, w, h] = box ?? [0.4, 0.4, 0.2, 0.3], [across, down] = way.map((one) => one * 0.01);
    show(event.shiftKey ? [x, y, w + across, h + down] : [x + across, y + down, w, h]);
  });
  for (const button of dialog.querySelectorAll("button")) {
    button.addEventListener("click", () => {
      if (button.value === "use" && box) field.value = text(box);
      if (button.value === "none") field.value = "none";
      dialog.close();
      field.focus();
    });
  }
  table.addEventListener("input", (event) => { if (event.target.name === "camera_id") offer(); });
  new MutationObserver(offer).observe(table, { childList: true });
  offer();
}

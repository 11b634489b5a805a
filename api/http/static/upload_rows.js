// One file on the page: its name, how far it is, what is wrong with it, and what can be done.
const GIGABYTE = 1e9, MEGABYTE = 1e6, KILOBYTE = 1e3;
const figure = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
export const bytes = (size) => (size >= GIGABYTE ? `${figure.format(size / GIGABYTE)} GB` : size >= MEGABYTE ? `${figure.format(size / MEGABYTE)} MB` : size >= KILOBYTE ? `${figure.format(size / KILOBYTE)} KB` : `${Math.round(size)} B`);
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const ACTS = { waiting: ["pause", "cancel"], sending: ["pause", "cancel"], lost: ["pause", "cancel"], paused: ["resume", "cancel"], failed: ["retry", "remove"], held: ["remove"], cancelled: ["remove"], done: [] };

export class Row {
  constructor(list, one, plan, words, does) {
    Object.assign(this, { one, plan, words, does, state: "", offset: plan.upload?.offset ?? 0, sending: null });
    this.item = list.appendChild(document.createElement("li"));
    this.item.dataset.name = one.name;
    const kind = words.roles[plan.role];
    this.put("p", "sent-name", one.name);
    this.put("p", "muted small", [kind, bytes(one.file.size)].filter(Boolean).join(" · "));
    this.bar = this.put("progress", "");
    this.bar.max = Math.max(one.file.size, 1);
    this.bar.value = this.offset;
    this.bar.setAttribute("aria-label", fill(words.progress, { name: one.name }));
    this.said = this.put("p", "sent-said");
    this.acts = this.put("p", "sent-acts");
  }

  get counts() { return !["failed", "held", "cancelled"].includes(this.state); }

  put(tag, kind, text = "") {
    const made = this.item.appendChild(document.createElement(tag));
    if (kind) made.className = kind;
    made.textContent = text;
    return made;
  }

  sent(offset) { this.offset = offset; this.bar.value = offset; if (this.state === "sending") this.say(); }

  show(state, text = "", more = {}) {
    const changed = state !== this.state;
    this.state = state;
    this.item.dataset.state = state;
    this.bar.hidden = !this.counts || state === "done";
    if (state === "done") this.offset = this.one.file.size;
    this.say(text);
    if (changed || more.replaceable !== undefined) this.offer(more);
  }

  say(text = "") {
    const { words, state, one } = this;
    this.said.textContent = text || fill(words[state] ?? "", { sent: bytes(this.offset), size: bytes(one.file.size) });
  }

  offer({ replaceable = false, retry = true }) {
    const held = document.activeElement?.closest("li") === this.item;
    const wanted = [...(replaceable ? ["replace"] : []), ...ACTS[this.state].filter((act) => act !== "retry" || (retry && this.plan.outlook !== "refused" && this.plan.outlook !== "taken"))];
    const does = { ...this.does, resume: this.does.goOn, retry: this.does.goOn };
    this.acts.replaceChildren(...wanted.map((act) => this.button(this.words[act], () => does[act](this), `${this.words[act]} ${this.one.name}`)));
    if (held) this.acts.querySelector("button")?.focus();
  }

  button(text, act, label) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "secondary";
    made.textContent = text;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  }

  drop() { this.item.remove(); }
}

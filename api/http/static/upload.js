// Sends chosen files by the tus protocol; what is half sent is known to the server, so that nothing is kept here.
import { Sending } from "./sending.js";
import { files, folders } from "./chosen.js";
import { Row, bytes, fill } from "./upload_rows.js";
import { redraw } from "./standing.js";
import { send } from "./console.js";

const room = document.querySelector("[data-hand-in]");
if (room) begin(room);

function begin(room) {
  const number = room.dataset.handIn, words = JSON.parse(room.dataset.words);
  const lang = document.documentElement.lang.startsWith("en") ? "en" : "zh";
  const find = (selector) => room.querySelector(selector);
  const rows = new Map(), AT_ONCE = 2, BATCH = 200;
  let samples = [], stopped = false, chain = Promise.resolve();

  find("[data-plain]").hidden = true;
  find("[data-drop]").hidden = false;
  for (const kind of ["files", "folder"]) {
    const input = find(`[data-input=${kind}]`);
    find(`[data-choose=${kind}]`).addEventListener("click", () => input.click());
    input.addEventListener("change", () => { add(files(input.files)); input.value = ""; });
  }
  find("[data-choose=folder]").hidden = !("webkitdirectory" in HTMLInputElement.prototype); // many phones know no folders
  const drop = find("[data-drop]");
  for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => { event.preventDefault(); drop.classList.remove("over"); folders(event.dataTransfer).then(add); });
  find("[data-all]").addEventListener("click", (event) => {
    const resume = event.currentTarget.dataset.all === "resume";
    for (const row of rows.values()) if (resume ? row.state === "paused" : ["waiting", "sending", "lost"].includes(row.state)) (resume ? goOn : pause)(row);
  });
  addEventListener("beforeunload", (event) => { if (busy()) event.preventDefault(); });
  setInterval(tick, 1000);

  const busy = () => [...rows.values()].some((row) => ["waiting", "sending", "lost"].includes(row.state));
  const tell = (text) => { find("[data-told]").textContent = text; };

  function add(found) {
    chain = chain.then(() => planned(found)).catch(() => tell(words.unreachable)); // one plan after the other
  }

  async function planned({ chosen, skipped }) {
    find("[data-queue]").hidden = false;
    if (!chosen.length) tell(words.nothing);
    if (skipped) tell(fill(words.skipped, { count: skipped }));
    for (let from = 0; from < chosen.length; from += BATCH) {
      const some = chosen.slice(from, from + BATCH);
      const plans = await ask(some);
      if (!plans) return;
      some.forEach((one, no) => place(one, plans[no]));
    }
  }

  async function ask(some) {
    const answer = await send(`/api/v1/classes/${number}/uploads/plan`, {
      method: "POST", headers: { "content-type": "application/json" },
      body: JSON.stringify({ files: some.map((one) => ({ name: one.name, size_bytes: one.file.size })) }),
    });
    if (answer.ok) return (await answer.json()).files;
    const problem = await answer.json().catch(() => ({}));
    if (answer.status === 401 || problem.code === "FORGED") ended();
    else tell(fill(words.failed, { why: said(problem) }));
    return null;
  }

  async function refresh() {
    if (!(await redraw())) return;
    tick();
    for (const row of rows.values()) if (row.state === "done") row.drop(); // the list of what is here has it now
    for (const item of document.querySelectorAll("[data-half-name]")) item.hidden = rows.has(item.dataset.halfName); // it stands above
    const half = document.querySelector("[data-half]");
    if (half) half.hidden = !half.querySelector("[data-half-name]:not([hidden])");
  }

  function place(one, plan) {
    const before = rows.get(one.name);
    if (before && ["waiting", "sending", "lost", "paused"].includes(before.state)) return;
    before?.drop();
    const row = new Row(find("[data-list]"), one, plan, words, { pause, goOn, cancel, replace, remove });
    rows.set(one.name, row);
    if (plan.outlook === "new" || plan.outlook === "under_way") row.show("waiting", words.waiting);
    else row.show(plan.outlook === "held" ? "held" : "failed", plan.said[lang], { replaceable: plan.replaceable });
    pump();
  }

  function pump() {
    if (stopped) return;
    const waiting = [...rows.values()].filter((row) => row.state === "waiting");
    const active = [...rows.values()].filter((row) => ["sending", "lost"].includes(row.state)).length;
    waiting.slice(0, Math.max(AT_ONCE - active, 0)).forEach(start);
    tick();
  }

  async function start(row) {
    row.show("sending", words.looking);
    row.sending = new Sending(number, row.one, row.plan, {
      sent: (offset) => { row.sent(offset); if (row.state === "lost") row.show("sending"); },
      resumed: (offset) => tell(`${row.one.name}: ${fill(words.resumed, { sent: bytes(offset) })}`),
      moved: () => tell(`${row.one.name}: ${words.moved}`),
      changed: () => tell(`${row.one.name}: ${words.changed}`),
      lost: () => row.show("lost"),
    }, row.sending?.place);
    const end = await row.sending.run();
    if (end.kind === "done") { row.show("done"); tell(fill(words.came, { name: row.one.name })); refresh(); }
    else if (end.kind === "gone") row.show("failed", words.gone, { retry: false });
    else if (end.kind === "ended") { row.show("paused"); ended(); }
    else if (end.kind === "refused") await refused(row, end.problem);
    pump();
  }

  async function refused(row, problem) { // the plan says in the clerk's words what the refusal says to programs
    const plans = await ask([row.one]).catch(() => null);
    if (plans) row.plan = plans[0];
    row.show("failed", plans?.[0].said?.[lang] ?? fill(words.failed, { why: said(problem) }), { replaceable: row.plan.replaceable });
  }
  function ended() { stopped = true; find("[data-ended]").hidden = false; find("[data-ended] a").focus(); }
  const said = (problem) => (lang === "en" ? problem.title_en : problem.title) || problem.code || "?";

  function pause(row) { row.sending?.stop(); row.show("paused"); pump(); }
  function goOn(row) { row.show("waiting", words.waiting); pump(); }
  async function cancel(row) {
    row.sending?.stop();
    row.show("cancelled", words.cancelled);
    await (row.sending ?? new Sending(number, row.one, row.plan, {})).forget();
    refresh();
    pump();
  }
  async function replace(row) {
    const answer = await send(`/api/v1/files/${row.plan.file_id}`, { method: "DELETE" });
    if (!answer.ok) { await refused(row, await answer.json().catch(() => ({}))); return; }
    row.plan = { ...row.plan, outlook: "new", upload: null };
    goOn(row);
  }
  function remove(row) { row.drop(); rows.delete(row.one.name); tick(); }

  function tick() {
    const all = [...rows.values()].filter((row) => row.counts);
    const size = all.reduce((sum, row) => sum + row.one.file.size, 0), sent = all.reduce((sum, row) => sum + row.offset, 0);
    const done = all.filter((row) => row.state === "done").length, failed = [...rows.values()].filter((row) => row.state === "failed").length;
    const now = performance.now();
    samples = [...samples.filter(([at]) => now - at < 15000), [now, sent]];
    const [[from, had]] = samples, rate = now - from > 900 ? ((sent - had) * 1000) / (now - from) : 0;
    const whole = find("[data-whole]"), active = busy();
    whole.max = Math.max(size, 1);
    whole.value = sent;
    find("[data-total]").textContent = active || !rows.size ? fill(words.total, { count: all.length, done, sent: bytes(sent), size: bytes(size) })
      : failed ? fill(words.all_but, { done, failed }) : done && done === all.length ? fill(words.all_done, { count: done })
      : fill(words.total, { count: all.length, done, sent: bytes(sent), size: bytes(size) });
    find("[data-rate]").textContent = rate > 0 && all.some((row) => row.state === "sending") ? fill(words.rate, { rate: bytes(rate), left: left((size - sent) / rate) }) : "";
    const verify = document.querySelector("[data-verify]");
    if (verify) {
      verify.querySelector("button").disabled = active;
      verify.querySelector("[data-later]").hidden = !active;
    }
    const paused = [...rows.values()].some((row) => row.state === "paused"), button = find("[data-all]");
    button.hidden = !(active || paused);
    button.dataset.all = active ? "pause" : "resume";
    button.textContent = active ? words.pause_all : words.resume_all;
  }
  function left(seconds) {
    if (seconds < 60) return words.left_soon;
    const minutes = Math.ceil(seconds / 60);
    return minutes < 90 ? fill(words.left_minutes, { minutes }) : fill(words.left_hours, { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  }
}

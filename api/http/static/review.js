// Marks on frames: the machine's boxes to begin with, a click adds a head or strikes one; nothing is kept before signing.
import { send as ask } from "./console.js";

const desk = document.querySelector("[data-review]");
if (desk) begin(desk, JSON.parse(desk.dataset.review));

function begin(desk, sheet) {
  const words = desk.dataset, find = (id) => desk.querySelector(`#${id}`);
  const stage = find("stage"), picture = find("picture"), marks = find("marks"), said = find("said");
  const clock = new Intl.DateTimeFormat("zh-CN", { timeStyle: "medium", hour12: false, timeZone: "Asia/Shanghai" });
  const fixed = words.turn === "word"; // her count is made: she looks at the first person's marks
  const frames = sheet.frames.map(fresh);
  const clocks = [];
  let now = 0, high = 562.5, zoom = 1, cross = { x: 0.5, y: 0.5 }, drag = null;

  for (const [id, doing] of Object.entries({ undo, closer: () => scale(1.5), wider: () => scale(1 / 1.5), confirm, earlier: () => step(-2), later: () => step(2) }))
    find(id).addEventListener("click", doing);
  find("try")?.addEventListener("click", () => send(false));
  find("sign")?.addEventListener("click", () => send(true));
  find("count")?.addEventListener("click", count);
  find("agree")?.addEventListener("click", () => word(true));
  find("differ")?.addEventListener("click", () => word(false));
  find("recuse")?.addEventListener("click", recuse);
  find("answer")?.addEventListener("change", ready);
  find("add-clock")?.addEventListener("click", noteClock);
  for (const form of desk.querySelectorAll("form")) form.addEventListener("submit", (event) => event.preventDefault());
  stage.addEventListener("pointerdown", down);
  stage.addEventListener("pointermove", moved);
  stage.addEventListener("pointerup", up);
  stage.addEventListener("keydown", keyed);
  picture.addEventListener("load", () => {
    high = (1000 * picture.naturalHeight) / picture.naturalWidth;
    marks.setAttribute("viewBox", `0 0 1000 ${high}`); draw();
    stage.dataset.shown = now + 1;
  });
  picture.addEventListener("error", () => tell(words.broken, "fail"));
  show(0);

  function fresh(frame) {
    return { ...frame, heads: frame.heads.map((box) => [...box]), struck: frame.struck.map((box) => [...box]), added: [], past: [], done: fixed, seen: false };
  }

  function show(number) {
    now = number;
    const frame = frames[now];
    if (!frame.seen) { frame.seen = true; carry(frame); }
    delete stage.dataset.shown;
    picture.src = `${words.base}/frame?at=${encodeURIComponent(frame.at)}`;
    list(); draw();
  }

  // What was added or struck on the frame before, where this one's machine boxes do not say it already.
  function carry(frame) {
    const before = frames.slice(0, now).reverse().find((one) => one.done);
    if (!before || fixed) return;
    for (const box of before.added) if (!frame.heads.some((own) => same(own, box))) { frame.heads.push([...box]); frame.added.push([...box]); }
    for (const box of before.struck) {
      const at = frame.heads.findIndex((own) => same(own, box));
      if (at >= 0) frame.struck.push(...frame.heads.splice(at, 1));
    }
  }

  function same(one, two) {
    return Math.abs(one[0] + one[2] / 2 - two[0] - two[2] / 2) < (one[2] + two[2]) / 2.5
      && Math.abs(one[1] + one[3] / 2 - two[1] - two[3] / 2) < (one[3] + two[3]) / 2.5;
  }

  function list() {
    find("frames").replaceChildren(...frames.map((frame, number) => {
      const item = document.createElement("li"), button = document.createElement("button");
      button.type = "button"; button.className = "secondary";
      button.textContent = `${frame.done ? "✓ " : ""}${clock.format(new Date(frame.at))} · ${frame.heads.length}`;
      if (number === now) button.setAttribute("aria-current", "true");
      button.addEventListener("click", () => show(number));
      item.append(button);
      return item;
    }));
    find("counted").textContent = frames[now].heads.length;
    const play = find("play"), at = new URL(play.href);
    at.searchParams.set("at", frames[now].at); play.href = at;
    ready();
  }

  function draw() {
    const frame = frames[now];
    marks.replaceChildren(...frame.struck.flatMap((box) => shape(box, "struck", "×")), ...reading(frame.heads).flatMap((box, number) => shape(box, frame.added.some((own) => same(own, box)) ? "added" : "head", number + 1)), ...crosshair());
    find("counted").textContent = frame.heads.length;
  }

  // Numbered row by row, as one counts.
  function reading(heads) {
    const row = 1.5 * (heads.map((box) => box[3]).sort((one, two) => one - two)[Math.floor(heads.length / 2)] ?? 1);
    const line = (box) => Math.round((box[1] + box[3] / 2) / row);
    return [...heads].sort((one, two) => line(one) - line(two) || one[0] - two[0]);
  }

  function shape(box, css, name) {
    const outline = document.createElementNS("http://www.w3.org/2000/svg", "rect"), number = document.createElementNS("http://www.w3.org/2000/svg", "text");
    const [x, y, w, h] = box.map((share, place) => share * (place % 2 ? high : 1000));
    for (const [key, value] of Object.entries({ x, y, width: w, height: h, class: css })) outline.setAttribute(key, value);
    for (const [key, value] of Object.entries({ x: x + w / 2, y: y - 4, class: css })) number.setAttribute(key, value);
    number.textContent = name;
    return [outline, number];
  }

  function crosshair() {
    if (document.activeElement !== stage) return [];
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    const x = cross.x * 1000, y = cross.y * high;
    path.setAttribute("d", `M${x - 12} ${y}H${x + 12}M${x} ${y - 12}V${y + 12}`);
    path.setAttribute("class", "cross");
    return [path];
  }

  function place(event) {
    const box = picture.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  }

  function hit(point) {
    const frame = frames[now], inside = ([x, y, w, h]) => point.x >= x && point.x <= x + w && point.y >= y && point.y <= y + h;
    const head = frame.heads.findLastIndex(inside);
    if (head >= 0) return { row: frame.heads, at: head };
    const struck = frame.struck.findLastIndex(inside);
    return struck >= 0 ? { row: frame.struck, at: struck } : null;
  }

  function down(event) {
    if (fixed || event.button) return;
    const point = place(event);
    if (point.x < 0 || point.y < 0 || point.x > 1 || point.y > 1) return;
    cross = point; drag = { from: point, hit: hit(point), far: false };
    stage.setPointerCapture(event.pointerId);
  }

  function moved(event) {
    if (!drag || !drag.hit || drag.hit.row !== frames[now].heads) return;
    const point = place(event);
    if (!drag.far && Math.hypot(point.x - drag.from.x, point.y - drag.from.y) < 0.006) return;
    if (!drag.far) remember();
    drag.far = true;
    const box = drag.hit.row[drag.hit.at];
    box[0] = Math.min(Math.max(box[0] + point.x - cross.x, 0), 1 - box[2]);
    box[1] = Math.min(Math.max(box[1] + point.y - cross.y, 0), 1 - box[3]);
    cross = point; draw();
  }

  function up() {
    if (!drag) return;
    const { hit: target, far } = drag;
    drag = null;
    if (!far) toggle(target);
  }

  function toggle(target) {
    if (fixed) return;
    remember();
    const frame = frames[now];
    if (!target) { const box = sized(); frame.heads.push(box); frame.added.push([...box]); }
    else if (target.row === frame.heads) {
      const [box] = frame.heads.splice(target.at, 1), own = frame.added.findIndex((one) => same(one, box));
      if (own >= 0) frame.added.splice(own, 1); else frame.struck.push(box);
    } else frame.heads.push(...frame.struck.splice(target.at, 1));
    frame.done = false; list(); draw();
  }

  // A new head is as large as those near it.
  function sized() {
    const known = frames[now].heads.map((box) => [Math.abs(box[1] + box[3] / 2 - cross.y), box]).sort((one, two) => one[0] - two[0]);
    const near = known.slice(0, 3).map(([, box]) => box);
    const middle = (place) => near.map((box) => box[place]).sort((one, two) => one - two)[Math.floor(near.length / 2)] ?? 0.04;
    const w = middle(2), h = middle(3);
    return [Math.min(Math.max(cross.x - w / 2, 0), 1 - w), Math.min(Math.max(cross.y - h / 2, 0), 1 - h), w, h];
  }

  function remember() {
    const frame = frames[now];
    frame.past.push(JSON.stringify([frame.heads, frame.struck, frame.added]));
  }

  function undo() {
    const frame = frames[now], last = frame.past.pop();
    if (!last) return;
    [frame.heads, frame.struck, frame.added] = JSON.parse(last);
    frame.done = false; list(); draw();
  }

  function confirm() {
    frames[now].done = true;
    const next = frames.findIndex((frame) => !frame.done);
    if (next >= 0) show(next); else { list(); draw(); (find("try") ?? find("count") ?? find("agree"))?.focus(); }
  }

  function scale(by) {
    zoom = Math.min(Math.max(zoom * by, 1), 6);
    picture.style.width = marks.style.width = `${zoom * 100}%`;
  }

  // The next keyframe that way, however far apart they lie.
  async function step(seconds) {
    if (fixed || words.turn === "count") return;
    for (let far = seconds; Math.abs(far) <= 32; far *= 2) {
      const at = new Date(Date.parse(frames[now].at) + far * 1000).toISOString();
      const answer = await ask(`${words.base}/near?at=${encodeURIComponent(at)}`);
      if (!answer.ok) return;
      const found = await answer.json();
      if (found.at !== frames[now].at) { another(found); return; }
    }
  }

  function another(found) {
    const known = frames.findIndex((frame) => frame.at === found.at);
    if (known >= 0) { show(known); return; }
    frames.push(fresh(found));
    frames.sort((one, two) => Date.parse(one.at) - Date.parse(two.at));
    show(frames.findIndex((frame) => frame.at === found.at));
  }

  function keyed(event) {
    const by = 0.01 / zoom, moves = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by] };
    if (moves[event.key]) {
      cross = { x: Math.min(Math.max(cross.x + moves[event.key][0], 0), 1), y: Math.min(Math.max(cross.y + moves[event.key][1], 0), 1) };
      draw();
    } else if (event.key === "Enter" || event.key === " ") toggle(hit(cross));
    else if (event.key === "z" || event.key === "Z") undo();
    else if (event.key === "c" || event.key === "C") confirm();
    else if (event.key === "+" || event.key === "=") scale(1.5);
    else if (event.key === "-") scale(1 / 1.5);
    else return;
    event.preventDefault();
  }

  function answer() {
    return new FormData(find("answer")).get("answer");
  }

  function ready() {
    const said = find("answer") && answer(), fieldset = find("clock");
    if (fieldset) fieldset.hidden = said !== "clock";
    const whole = said === "clock" ? clocks.length > 0 : frames.every((frame) => frame.done) || said === "unclear";
    for (const id of ["try", "sign", "count"]) { const button = find(id); if (button) button.disabled = !whole; }
  }

  // The true time of the frame in sight: the clock's reading on the day, or beside midnight, nearest to the recording's own.
  function noteClock() {
    const { at, path, at_s } = frames[now], time = find("shows").value, by = find("shown-by").value.trim();
    if (!time || !by) { (time ? find("shown-by") : find("shows")).focus(); return; }
    const day = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai" }).format(new Date(at));
    const same = Date.parse(`${day}T${time.length === 5 ? `${time}:00` : time}+08:00`), own = Date.parse(at), whole = 86400000;
    const shows = [same - whole, same, same + whole].reduce((one, two) => (Math.abs(two - own) < Math.abs(one - own) ? two : one));
    clocks.push({ at, path, at_s, shows: new Date(shows).toISOString(), by });
    find("shown-by").value = ""; listClocks();
  }

  function listClocks() {
    find("clocks").replaceChildren(...clocks.map((one, number) => {
      const item = document.createElement("li"), away = document.createElement("button");
      item.textContent = `${clock.format(new Date(one.at))} → ${clock.format(new Date(one.shows))} · ${one.by} `;
      away.type = "button"; away.className = "link"; away.textContent = "×";
      away.setAttribute("aria-label", words.away);
      away.addEventListener("click", () => { clocks.splice(number, 1); listClocks(); });
      item.append(away);
      return item;
    }));
    ready();
  }

  function body(sign) {
    const told = answer() === "clock" ? clocks : [];
    const kept = told.length ? [] : frames.map(({ at, path, at_s, heads, struck }) => ({ at, path, at_s, heads, struck }));
    return JSON.stringify({ answer: answer(), frames: kept, words: find("words").value, clock: told, sign });
  }

  async function post(path, text) {
    tell(words.working, "");
    try {
      const sent = await ask(`${words.base}${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: text });
      const told = await sent.json();
      if (sent.ok) return told;
      const english = document.documentElement.lang === "en";
      const reasons = (told.faults ?? []).map((one) => (english ? `got ${one.got}, expected ${one.expected}` : one.remedy || one.expected));
      tell([english ? told.title_en : told.title, ...reasons].join(english ? "; " : "；"), "fail");
    } catch { tell(words.broken, "fail"); }
    return null;
  }

  async function send(sign) {
    const told = await post("", body(sign));
    if (!told) return;
    const lang = document.documentElement.lang === "en" ? "en" : "zh";
    const css = (told.view_status ?? "UNPROVEN").toLowerCase();
    if (sign) { tell(words.kept, css); location.reload(); return; }
    tell(told.text[lang] + (told.further ? ` — ${words.again}${clock.format(new Date(told.further.at))}` : ""), css);
    if (told.further) another(told.further);
  }

  async function count() {
    if (await post(`/${words.waiting}/count`, body(false))) location.reload();
  }

  async function word(agrees) {
    if (await post(`/${words.waiting}/word`, JSON.stringify({ agrees, dissent: find("dissent").value }))) location.reload();
  }

  async function recuse() {
    if (await post(`/${words.waiting}/recuse`, "{}")) location.reload();
  }

  function tell(text, css) {
    said.hidden = false; said.className = `banner ${css}`; said.textContent = text;
  }
}

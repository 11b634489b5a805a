// One file by the tus protocol: in pieces that last about a second, from wherever the server says it is.
import { send } from "./console.js";

const TUS = { "tus-resumable": "1.0.0" }, SMALLEST = 1 << 16, LARGEST = 1 << 24, MOST_MOVES = 3;
const LATER = new Set([408, 409, 423, 429]); // another writer, a stalled one, or too many: again soon
const encoded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
let piece = 1 << 19; // shared: every file goes through the same line

export class Sending {
  constructor(number, one, plan, heard, place = null) {
    Object.assign(this, { number, one, plan, heard, place: place ?? plan.upload?.location ?? null, offset: null, stopped: false, waited: 0, moves: 0 });
    this.unknown = !place && this.place; // begun on another day: the file may be another by now
    this.wake = null;
    this.abort = new AbortController();
  }

  stop() { this.stopped = true; this.abort.abort(); this.wake?.(); }

  async forget() {
    if (this.place) await send(this.place, { method: "DELETE", headers: TUS }).catch(() => null);
    this.place = null;
  }

  async run() {
    try {
      if (this.unknown && !(await this.same())) { this.heard.changed(); await this.forget(); }
    } catch { /* no connection or no file: found out below */ }
    while (!this.stopped) {
      try {
        const end = await this.step();
        if (end) return end;
      } catch {
        if (this.stopped) break;
        if (!(await this.readable())) return { kind: "gone" };
        this.heard.lost();
        await this.wait();
      }
    }
    return { kind: "stopped" };
  }

  // Whether the last bytes that the server has are these; without a secure page there is no digest, and name and size must do.
  async same() {
    const { offset, tail_bytes: length, tail_sha256: wanted } = this.plan.upload;
    if (!length || !crypto.subtle) return true;
    const digest = await crypto.subtle.digest("SHA-256", await this.one.file.slice(offset - length, offset).arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("") === wanted;
  }

  async step() {
    if (!this.place) return this.announce();
    if (this.offset === null) return this.ask();
    const { file } = this.one, from = this.offset, body = file.slice(from, from + piece), began = performance.now();
    const headers = { ...TUS, "content-type": "application/offset+octet-stream", "upload-offset": String(from) };
    const answer = await send(this.place, { method: "PATCH", headers, body, signal: this.abort.signal });
    if (answer.ok) {
      this.at(Number(answer.headers.get("upload-offset")));
      const took = performance.now() - began;
      if (took < 700 && body.size === piece) piece = Math.min(piece * 2, LARGEST);
      if (took > 3000) piece = Math.max(piece / 2, SMALLEST);
      return this.offset >= file.size ? { kind: "done" } : null;
    }
    this.offset = null;
    if (answer.status === 404) return this.again(answer);
    if (answer.status === 409 && from >= file.size) return this.refusal(answer); // whole, but its name was taken meanwhile
    return LATER.has(answer.status) ? this.later() : this.refusal(answer);
  }

  async announce() {
    const told = `class ${encoded(String(this.number))},name ${encoded(this.one.name)}`;
    const headers = { ...TUS, "upload-length": String(this.one.file.size), "upload-metadata": told };
    const answer = await send("/api/v1/uploads", { method: "POST", headers, signal: this.abort.signal });
    if (!answer.ok) return this.refusal(answer);
    this.place = answer.headers.get("location");
    this.at(0);
    return null;
  }

  async ask() {
    const answer = await send(this.place, { method: "HEAD", headers: TUS, signal: this.abort.signal });
    if (answer.status === 404) return this.again(answer);
    if (!answer.ok) return LATER.has(answer.status) ? this.later() : this.refusal(answer);
    this.at(Number(answer.headers.get("upload-offset")));
    if (this.offset) this.heard.resumed(this.offset);
    return null;
  }

  // From the beginning: it lapsed, or its bytes lie on another node's disk. Where nodes take turns, it would never end.
  again(answer) {
    this.place = null;
    const node = answer.headers.get("xueshi-upload-node");
    if (!node) return null;
    if (++this.moves > MOST_MOVES) return { kind: "refused", problem: { title: `两台服务器轮流接收（${node}），请告诉运维`, title_en: `nodes take turns (${node}); tell the operator` } };
    this.heard.moved?.();
    return null;
  }

  at(offset) { this.offset = offset; this.waited = 0; this.heard.sent(offset); }

  async refusal(answer) {
    const problem = await answer.json().catch(() => ({}));
    if (answer.status === 401 || problem.code === "FORGED") return { kind: "ended" };
    if (answer.status >= 500) throw new Error("later");
    return { kind: "refused", problem };
  }

  async later() { await this.wait(); return null; }

  async readable() {
    try { await this.one.file.slice(0, 1).arrayBuffer(); return true; } catch { return false; }
  }

  wait() {
    this.offset = null;
    const wait_s = Math.min(2 ** this.waited++, 20);
    return new Promise((done) => {
      const over = () => { clearTimeout(timer); removeEventListener("online", over); this.wake = null; done(); };
      const timer = setTimeout(over, wait_s * 1000);
      addEventListener("online", over);
      this.wake = over;
    });
  }
}

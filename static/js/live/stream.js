// live/stream.js – one socket: connect, resume, heartbeats, reconnect
import { afterClose } from "./backoff.js";
import { Whole } from "./whole.js";
import { moment, secondsSince } from "../time/now.js";

const SILENCE = 20;
const LATE = 12;
const ACK_EVERY = 1000;
const ASK_AFTER = 300;

export class Stream extends EventTarget {
  #socket = null;
  #attempt = 0;
  #timer = 0;
  #watch = 0;
  #ackTimer = 0;
  #askTimer = 0;
  #whole = new Whole();
  #acked = -1;
  #heard = moment();
  #seen = -1;
  state = "connecting";
  mode = "live";

  constructor({ url, hello }) {
    super();
    this.url = url;
    this.hello = hello;
  }

  get heard() {
    return this.#heard;
  }

  start() {
    this.#watch = setInterval(() => this.#listen(), 1000);
    addEventListener("online", () => this.#connect());
    addEventListener("pagehide", () => this.#socket?.close());
    addEventListener("pageshow", (event) => event.persisted && this.#connect());
    this.#connect();
  }

  #connect() {
    if (this.#socket || this.state === "signed_out" || this.state === "refused") return;
    clearTimeout(this.#timer);
    const address = new URL(this.url, location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = (this.#socket = new WebSocket(address));
    const mine = (handle) => (event) => socket === this.#socket && handle(event);
    socket.opened = moment();
    this.#whole.begin();
    socket.onopen = mine(() => this.greet());
    socket.onmessage = mine((event) => this.#take(event.data));
    socket.onclose = mine((event) => this.#lost(event.code));
  }

  // Also after a fetch: what the page shows now may be newer than the position with which it came.
  greet() {
    const hello = this.hello();
    this.#send({ ...hello, resume: this.#whole.from(hello.resume) });
  }

  #send(message) {
    const open = this.#socket?.readyState === WebSocket.OPEN;
    if (open) this.#socket.send(JSON.stringify(message));
    return open;
  }

  #take(text) {
    const message = JSON.parse(text);
    this.#heard = moment();
    this.#attempt = 0;
    this.#become("live");
    if (this.#whole.misses(message, () => this.hello().resume)) this.#askAgain();
    if (message.mode) this.mode = message.mode;
    const kind = message.parts ? "frame" : message.refetch ? "refetch" : "heartbeat";
    this.dispatchEvent(new CustomEvent(kind, { detail: message }));
  }

  #askAgain() {
    this.#askTimer ||= setTimeout(() => {
      this.#askTimer = 0;
      this.greet();
    }, ASK_AFTER);
  }

  // In which tickets and disputes the person is active, and whether there is a draft.
  attend(drafts) {
    return this.#send({ attending: drafts });
  }

  // At intervals only: the server limits the unacknowledged bytes of a slow browser.
  acknowledge(pos) {
    this.#seen = Math.max(this.#seen, pos);
    this.#ackTimer ||= setTimeout(() => {
      this.#ackTimer = 0;
      if (this.#seen > this.#acked) this.#send({ ack: (this.#acked = this.#seen) });
    }, ACK_EVERY);
  }

  #lost(code) {
    this.#socket = null;
    this.#acked = -1;
    const next = afterClose(code, this.#attempt++);
    if (!next.again) {
      clearInterval(this.#watch);
      this.#become(next.state);
      this.dispatchEvent(new CustomEvent("end", { detail: { code, ...next } }));
      return;
    }
    this.#become(this.state === "connecting" ? "connecting" : "reconnecting");
    this.#timer = setTimeout(() => this.#connect(), next.wait);
  }

  #listen() {
    const socket = this.#socket;
    const silent = Math.min(secondsSince(this.#heard), socket ? secondsSince(socket.opened) : Infinity);
    if (socket && silent > SILENCE) {
      socket.close();
      // A dead connection never answers the close: do not wait for it.
      this.#lost(1006);
    } else if (socket && this.state === "live" && silent > LATE) this.#become("stale");
    this.dispatchEvent(new CustomEvent("second"));
  }

  #become(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }
}

import { createRoot } from "react-dom/client";
import { Metrics, Requests, Stream } from "the-library";

const Socket = globalThis.WebSocket;
const sockets = [];
globalThis.WebSocket = class extends Socket {
  constructor(...args) {
    super(...args);
    sockets.push(this);
  }
};

/** As if all of these had waited until now: each is an event of its own, in one task. */
globalThis.deliver = (texts) => {
  for (const data of texts) sockets[0].dispatchEvent(new MessageEvent("message", { data }));
};

const query = new URLSearchParams(location.search);
const many = (name) => Array.from({ length: Number(query.get(name)) }, (_, n) => n);
const url = `ws://${location.host}/`;

createRoot(document.getElementById("root")).render(
  <Stream url={url}>
    {many("metrics").map((n) => (
      <Metrics key={n} />
    ))}
    {many("requests").map((n) => (
      <Requests key={n} />
    ))}
  </Stream>,
);

/** Frames since `start()`, ms each. */
globalThis.frames = {
  times: [],
  start() {
    const tick = (at) => {
      this.times.push(at);
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  },
};

/** Resolves when the message of this number is shown. */
globalThis.shown = (number) =>
  new Promise((resolve) => {
    const look = () => {
      const text = document.querySelector(".figure")?.textContent ?? "";
      if (Number.parseInt(text, 10) >= number) resolve();
      else requestAnimationFrame(look);
    };
    look();
  });

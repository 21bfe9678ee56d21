// Runs before the first paint, from its own file because the page's policy allows no inline script.
(() => {
  try {
    const theme = localStorage.getItem("telltale.theme");
    if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is refused: the system's theme it is.
  }
  // The first format of numbers takes as long as the rest of the page: better while its code is on its way.
  setTimeout(() => new Intl.NumberFormat("en-US"));
  // The live stream opens while the page's code is on its way; src/services/early-stream.ts takes it over.
  if (new URLSearchParams(location.search).has("replay")) return;
  try {
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/metrics/stream`);
    const heard = [];
    const keep = (event) => heard.push(event);
    socket.addEventListener("open", keep);
    socket.addEventListener("message", keep);
    window.telltaleEarly = { socket, heard, keep };
  } catch {
    // No WebSocket here: the page finds another way.
  }
})();

/** Whether the page it runs in (`page.evaluate`) may open the stream of `server`, as `http://…`. */
export function opensStream(server: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${server.replace("http", "ws")}/metrics/stream`);
    socket.onopen = () => resolve(true);
    socket.onerror = () => resolve(false);
  });
}

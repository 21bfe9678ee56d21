"""Pushes the stream of PROTOCOL.md over a WebSocket, once a second, and expects no answer."""

import asyncio

from system import system_updates


def is_own_page(socket):
    """Other sites' pages may open sockets to any server: only the browser's Origin tells them apart."""
    origin, host = (socket.headers.get(name, "") for name in ("origin", "host"))
    return not origin or origin.endswith(f"//{host}")


async def serve(socket, meter):
    if not is_own_page(socket):
        await socket.close(1008)
        return
    await socket.accept()
    meter.streams += 1
    pushing = asyncio.create_task(push(socket, meter))
    try:
        # Telltale's client says nothing here; waiting for it tells when it goes.
        async for _ in socket.iter_text():
            pass
    finally:
        pushing.cancel()
        meter.streams -= 1


async def push(socket, meter):
    seen = 0
    while True:
        messages, seen = meter.messages(seen)
        for message in [*messages, *system_updates(len(meter.running))]:
            await socket.send_json(message)
        await asyncio.sleep(1)

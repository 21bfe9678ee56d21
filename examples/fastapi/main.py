"""A chat service, its live figures at /metrics/stream, and the page that shows them."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path

import uvicorn
from fastapi import FastAPI, HTTPException, Request, WebSocket
from fastapi.staticfiles import StaticFiles

from meter import Meter
from simulation import ModelError, answer, traffic
from stream import serve

app = FastAPI()
meter = Meter()


@app.middleware("http")
async def measure(request: Request, call_next):
    """Measures every call of a model; the endpoint fills in what only it knows."""
    if request.url.path != "/chat":
        return await call_next(request)
    with meter.request() as call:
        request.state.call = call
        response = await call_next(request)
        if response.status_code >= 400:
            call["status"] = "error"
            call.setdefault("error_type", str(response.status_code))
            call.setdefault("error_message", f"Answered {response.status_code}")
        return response


@app.post("/chat")
async def chat(request: Request, message: str = "Say hello", model: str = "gpt-4o-mini"):
    call = request.state.call
    try:
        return {"answer": await answer(call, model, message)}
    except ModelError as error:
        call.update(error_type="model_error", error_message=str(error))
        raise HTTPException(502, str(error)) from error


@app.websocket("/metrics/stream")
async def stream(socket: WebSocket):
    await serve(socket, meter)


async def main():
    page = Path(__file__).with_name("dist")
    if page.exists():
        app.mount("/", StaticFiles(directory=page, html=True))
    port = int(os.environ.get("PORT", "8001"))
    simulation = asyncio.create_task(traffic(meter))
    await uvicorn.Server(uvicorn.Config(app, port=port, log_level="info")).serve()
    simulation.cancel()


with suppress(KeyboardInterrupt):
    asyncio.run(main())

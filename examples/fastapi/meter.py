"""Adds requests up: totals since the start, rates over ten seconds, averages over five minutes."""

import time
import uuid
from collections import deque
from contextlib import contextmanager

from totals import Totals


def message(kind, data):
    return {"type": kind, "timestamp": int(time.time() * 1000), "data": data}


class Meter:
    def __init__(self):
        self.all, self.models, self.running = Totals(), {}, {}
        self.told, self.recent, self.streams = 0, deque(maxlen=200), 0

    def tell(self, kind, data):
        self.told += 1
        self.recent.append((self.told, message(kind, dict(data))))

    @contextmanager
    def request(self):
        """Measures what is done inside; an exception that leaves it is an error of the request."""
        started = time.perf_counter()
        call = {"id": str(uuid.uuid4()), "created": int(time.time() * 1000), "model": "unknown"}
        call |= {"prompt_tokens": None, "completion_tokens": None, "total_tokens": None}
        call |= {"cost": None, "streaming": False, "status": "in_progress", "demo": True}
        self.running[call["id"]] = call
        try:
            yield call
        except BaseException as error:
            call.update(status="error", error_type=type(error).__name__, error_message=str(error))
            raise
        finally:
            del self.running[call["id"]]
            call["latency_ms"] = (time.perf_counter() - started) * 1000
            if call["status"] == "in_progress":
                call["status"] = "success"
            self.add(call)

    def add(self, call):
        for totals in (self.all, self.models.setdefault(call["model"], Totals())):
            totals.add(call)
        self.tell("request_update", call)
        if call["status"] == "error":
            error = {name: call[name] for name in ("error_type", "error_message", "model")}
            error |= {"severity": "high", "request_id": call["id"]}
            self.tell("error_update", error | {"timestamp": int(time.time() * 1000)})

    def messages(self, seen):
        """What to push to somebody who has seen so much, and how much they have seen then."""
        metrics = {"total_requests": self.all.requests, "streaming_percentage": 0, "demo": True}
        metrics |= {"active_connections": self.streams, "in_flight": len(self.running)}
        news = [told for number, told in self.recent if number > seen]
        news.append(message("metrics_update", metrics | self.all.figures()))
        for model, totals in self.models.items():
            news.append(message("model_update", totals.of_model(model) | totals.figures()))
        return news, self.told

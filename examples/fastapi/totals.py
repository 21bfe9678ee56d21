"""Sums over requests, for the service as a whole and for each model."""

import time
from collections import deque


class Totals:
    def __init__(self):
        self.requests = self.errors = self.unpriced = self.prompt = self.completion = 0
        self.cost = self.latency = 0.0
        self.window = deque()

    def add(self, call):
        self.requests += 1
        self.errors += call["status"] == "error"
        self.prompt += call["prompt_tokens"] or 0
        self.completion += call["completion_tokens"] or 0
        self.cost += call["cost"] or 0
        self.unpriced += call["cost"] is None
        self.latency += call["latency_ms"]
        self.window.append((time.time(), call))

    def figures(self):
        """What the service and its models have in common."""
        now = time.time()
        while self.window and self.window[0][0] < now - 300:
            self.window.popleft()
        calls = [call for _, call in self.window]
        latest = [call for ended, call in self.window if ended > now - 10]
        return {
            "total_tokens": self.prompt + self.completion,
            "total_cost": self.cost,
            "unknown_cost_requests": self.unpriced,
            "avg_latency_ms": sum(call["latency_ms"] for call in calls) / max(1, len(calls)),
            "error_rate": sum(call["status"] == "error" for call in calls) / max(1, len(calls)),
            "requests_per_second": len(latest) / 10,
            "tokens_per_second": sum(call["total_tokens"] or 0 for call in latest) / 10,
        }

    def of_model(self, model):
        return {
            "model": model,
            "request_count": self.requests,
            "error_count": self.errors,
            "total_prompt_tokens": self.prompt,
            "total_completion_tokens": self.completion,
            "total_latency_ms": self.latency,
        }

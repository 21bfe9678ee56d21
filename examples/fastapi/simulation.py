"""Stands in for the models and for their users."""

import asyncio
import random

# US dollars per million tokens, in and out.
PRICES = {"gpt-4o-mini": (0.15, 0.6), "gpt-4o": (2.5, 10), "claude-sonnet-4-5": (3, 15)}


class ModelError(Exception):
    pass


async def answer(call, model, message):
    """What would call a model. Says in `call` what the middleware cannot know."""
    call["model"] = model
    if model not in PRICES:
        raise ModelError(f"There is no model {model}")
    await asyncio.sleep(random.uniform(0.1, 0.6))
    if random.random() < 0.03:
        raise ModelError("The model is overloaded")
    tokens_in, tokens_out = len(message.split()), random.randint(20, 200)
    dollars = (tokens_in * PRICES[model][0] + tokens_out * PRICES[model][1]) / 1e6
    call.update(prompt_tokens=tokens_in, completion_tokens=tokens_out)
    call.update(total_tokens=tokens_in + tokens_out, cost=dollars)
    return "A telltale shows the sailor what the wind is doing."


async def user(meter):
    try:
        with meter.request() as call:
            await answer(call, random.choice(list(PRICES)), "What does a telltale do?")
    except ModelError:
        pass


async def traffic(meter):
    """A few requests a second, at random moments."""
    users = set()
    while True:
        task = asyncio.create_task(user(meter))
        users.add(task)
        task.add_done_callback(users.discard)
        await asyncio.sleep(random.expovariate(3))

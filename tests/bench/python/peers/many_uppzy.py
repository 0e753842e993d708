from __future__ import annotations

from uppzy import AsyncUppzy, ChatRequest

from peers.answer import KEY, MESSAGE, SESSION


async def run(url: str, answers: int) -> None:
    questions = [ChatRequest(MESSAGE, session_id=SESSION) for _ in range(answers)]
    async with AsyncUppzy(api_key=KEY, base_url=url, site_id="site-bench", environment={}) as uppzy:
        done = 0
        outcomes = uppzy.chat.ask_many(questions, concurrency=answers, timeout=300)
        async for outcome in outcomes:
            done += outcome.answer is not None
    if done != answers:
        raise ValueError(f"only {done} answers of {answers}")

"""The first hour with the API: check the key, put in a document, ask, rate the answer.

python quickstart.py
"""

from __future__ import annotations

import sys

from uppzy import Uppzy, UppzyError

TITLE = "Returning a lamp"
QUESTION = "How do I return a lamp?"
ANSWER = "Send it back within 30 days. The label is in your account under Orders."


def run() -> None:
    """Does it step by step."""
    with Uppzy() as client:  # UPPZY_API_KEY, UPPZY_TENANT_ID, UPPZY_SITE_ID
        # The cheapest check that key, tenant and network are right.
        limits = client.tenant.limits()
        print(f"Connected to {client.base_url} in {limits.meta.elapsed * 1000:.0f} ms.")

        # A second call would make a second document, so look first.
        if all(document.title != TITLE for document in client.documents.list()):
            made = client.documents.create_qa(
                title=TITLE, question=QUESTION, answer=ANSWER, category="returns"
            )
            print(f"Created the document {made.id}.")

        # Submits, then waits: a connection that breaks loses nothing and doubles nothing.
        answer = client.chat.ask(QUESTION, session_id="quickstart-1")
        print(f"Question: {QUESTION}")
        print(f"Answer:   {answer.text}")
        if answer.confidence_level:
            print(f"Confidence: {answer.confidence_level}")

        client.chat.feedback(
            session_id=answer.session_id, request_id=answer.request_id, feedback="good"
        )
        print(f"Rated as good. The request id for the vendor's support: {answer.request_id}")


if __name__ == "__main__":
    try:
        run()
    except UppzyError as error:
        sys.exit(f"{error}\n{error.hint}")

"""What schemathesis is told beyond the description of the API: who calls, and what must hold of every answer.

Must never excuse an answer: what is wrong with one is mended in the gateway or in its description.
"""

import os

import schemathesis

import callers
import invariants  # noqa: F401  registers its checks

CALLER = callers.by_role(os.environ["CROUPIER_API_ROLE"], os.environ["CROUPIER_API_URL"])
schemathesis.auth.set_from_requests(CALLER)
invariants.CALLER = CALLER


@schemathesis.hook
def before_call(context, case, kwargs):
    """Half of what is well-formed names things that exist: a made-up id ends every call at its first look-up."""
    if case.meta is not None and case.meta.generation.mode.is_positive:
        CALLER.fill(case)

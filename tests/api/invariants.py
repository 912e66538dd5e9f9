"""What must hold of every answer, whatever was asked.

Must never look at the gateway from inside: these are promises to whoever calls.
"""

import json
import re
import time
from collections import Counter

import schemathesis

import callers

# Set by `hooks`, which knows who calls.
CALLER = None

# How often each operation is tried again as somebody who must be refused.
REPEATS = 3
repeated = Counter()

# What only somebody who looks behind the answer may see.
INTERNALS = re.compile(
    r"\b(?:panicked|backtrace|sqlite|rusqlite|postgres|postgresql|tokio|hyper|serde|nats|jetstream)\b"
    r"|\.rs:\d|/(?:root|home|usr|tmp|src|var)/\w|\.cargo|constraint failed|syntax error at|os error \d"
    r"|\bSELECT\b.*\bFROM\b|\bINSERT INTO\b|\bthread '",
    re.IGNORECASE,
)
# A number that JSON Schema takes for an integer.
WHOLE_FRACTION = re.compile(r"[:\[,]\s*-?\d+\.0+\b|\d[eE][+-]?\d")
# Kinds of problem in which something of the request is at fault, and named.
NAMED = {"/problems/invalid-value", "/problems/idempotency-key-missing", "/problems/idempotency-key-reused"}


@schemathesis.check
def no_internals(ctx, response, case):
    """Nothing of how it is made stands in an answer or its headers."""
    sent = str(response.request.url) + _text(response.request.body)
    for text in (response.content.decode(errors="replace"), json.dumps(dict(response.headers))):
        found = INTERNALS.search(text)
        # What was sent may come back: a name is a name.
        if found is not None:
            assert found.group().lower() in sent.lower(), f"an answer tells {found.group()!r}: {text[:500]}"


@schemathesis.check
def errors_are_problems(ctx, response, case):
    """Every refusal is a problem (RFC 9457) that says what it is, and names what is at fault."""
    if response.status_code < 400:
        return
    if response.request.method == "HEAD":
        return
    kind = response.headers.get("content-type", [""])[0]
    assert kind == "application/problem+json", f"{response.status_code} as {kind!r}"
    problem = json.loads(response.content)
    assert problem["type"].startswith("/problems/"), problem
    assert problem["title"] and problem["detail"], problem
    assert problem["status"] == response.status_code, problem
    if problem["type"] in NAMED:
        assert problem.get("field") is not None, f"nothing is named: {problem}"
    if problem["type"] == "/problems/invalid-body" and response.status_code == 400:
        # Text that is no JSON object has no member that could be named.
        assert problem.get("field") is not None or not _is_object(response.request.body), f"no member is named: {problem}"


@schemathesis.check
def what_the_description_allows_is_read(ctx, response, case):
    """A value may be refused by a rule of the house; a form that the description allows is never misunderstood."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code < 400:
        return
    if WHOLE_FRACTION.search(_text(response.request.body)):
        # `1.0` is an integer to JSON Schema. To us it is none: no amount is ever a float.
        return
    problem = json.loads(response.content)
    assert response.status_code not in (405, 413, 415), problem
    assert problem["type"] not in {"/problems/invalid-body", "/problems/idempotency-key-missing"}, problem
    if response.status_code == 400:
        assert problem["type"] == "/problems/invalid-value", problem


@schemathesis.check
def whoever_is_not_the_caller_is_refused(ctx, response, case):
    """What was carried out is refused from another site, without the token, without the session, and with
    another's signature."""
    request = response.request
    label = case.operation.label
    if response.status_code >= 300 or repeated[label] >= REPEATS:
        return
    needs = {name for one in case.operation.definition.raw.get("security", []) for name in one}
    changes = request.method not in callers.SAFE
    if not needs and not changes:
        return
    repeated[label] += 1
    signed = needs & {"vendor", "team-key"}
    if "inspection" in needs:
        # A tool has no page that its call could come from.
        _refused(request, 403, Origin="https://elsewhere.example")
        _refused(request, 401, Cookie=None, Authorization=None)
    elif changes and not signed:
        _refused(request, 403, Origin="https://elsewhere.example")
        _refused(request, 403, Origin=None)
    # A session that the call has ended is none any more, with a token or without.
    if "csrf" in needs and CALLER.session is not None:
        _refused(request, 403, **{"X-CSRF-Token": None})
        _refused(request, 403, **{"X-CSRF-Token": "x" * 43})
    if needs & {"session", "operator"}:
        _refused(request, 401, Cookie=None)
        _refused(request, 401, Cookie=request.headers["Cookie"] + "x")
    if "team-key" in needs:
        # A signature counts once.
        _refused(request, 401)
    if signed:
        for header in [header for header in request.headers if header.startswith(("X-Vendor", "X-Registry"))]:
            _refused(request, 401, **{header: None})
        changed = request.copy()
        changed.body = (request.body or b"") + b" "
        _refused(changed, 401)
        for minutes in (-6, 6):
            late = request.copy()
            CALLER.sign(late, int(time.time() * 1000) + minutes * 60_000)
            _refused(late, 401)


def _refused(request, status, **headers):
    request = request.copy()
    for name, value in headers.items():
        if value is None:
            request.headers.pop(name, None)
        else:
            request.headers[name] = value
    if request.body is not None:
        request.headers["Content-Length"] = str(len(request.body))
    # Nobody listens to these: the caller must not think that its session has ended.
    request.hooks = {"response": []}
    answer = CALLER.http.send(request, timeout=10)
    told = f"{request.method} {request.url} with {headers}: {answer.status_code} {answer.text}"
    assert answer.status_code == status, told


def _is_object(body):
    try:
        return isinstance(json.loads(_text(body)), dict)
    except ValueError:
        return False


def _text(body):
    return body.decode(errors="replace") if isinstance(body, bytes) else str(body or "")

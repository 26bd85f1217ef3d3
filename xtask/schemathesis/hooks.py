"""What the document cannot say: which parameters contradict each other, and the ids of what there is."""

import json
import os
import re
import urllib.request
from datetime import datetime

import schemathesis
from schemathesis import GenerationMode

ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
SPOT = ("x", "y", "element", "cell", "mode", "layer", "width_min", "width_max")


def ask(path):
    """An answer of the server that is tested."""
    headers = {"Authorization": f"Bearer {os.environ['PULSE_TOKEN']}"}
    with urllib.request.urlopen(urllib.request.Request(os.environ["PULSE_URL"] + path, headers=headers)) as answer:
        return json.load(answer)


sessions = ask("/api/sessions?limit=20")["sessions"]
# By name of the parameter. Of ids that are made up, each answer would be a 404.
IDS = {
    "session_id": [session["session_id"] for session in sessions],
    "visitor_id": [session["visitor_id"] for session in sessions if "visitor_id" in session],
    "id": [problem["id"] for problem in ask("/api/problems")["problems"]],
}
assert all(IDS.values()), f"the store lacks {[name for name, ids in IDS.items() if not ids]}"


def moment(text):
    """Milliseconds since the epoch of a time in either spelling, or None when Python cannot read it."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text).timestamp() * 1000
    except (ValueError, OverflowError):
        return None


def contradicts(path, query):
    """Whether parameters are right each for itself and not together, which is a 400 that names one of them."""
    if "from" in query and "to" in query:
        start, end = moment(str(query["from"])), moment(str(query["to"]))
        if start is None or end is None or start > end:
            return True
    if "width_min" in query and "width_max" in query and float(query["width_min"]) > float(query["width_max"]):
        return True
    if path == "/api/analytics/{session_id}":
        return "page" in query and str(query.get("map")).lower() != "true"
    if path == "/api/sessions" and any(name in query for name in SPOT):
        cell = "x" in query and "y" in query and "element" not in query and query.get("mode") != "element"
        element = "element" in query and "x" not in query and "y" not in query
        return "page" not in query or not (cell or element)
    return False


def overlay_contradicts(body):
    """Whether a page is not of the site that is named, or times are the wrong way round."""
    times = {name: body[name] for name in ("from", "to") if body.get(name) is not None}
    origin, page = str(body.get("origin")), str(body.get("page"))
    is_of_site = page.startswith(origin + "/") and "*" not in page
    return contradicts("", times) or (origin.startswith("http://localhost") and not is_of_site)


@schemathesis.hook
def filter_case(ctx, case):
    # White space alone is no body, which may be left out.
    if case.operation.path.startswith("/api/analyze") and isinstance(case.body, bytes) and not case.body.strip():
        return False
    if case.meta is None or case.meta.generation.mode == GenerationMode.NEGATIVE:
        return True
    if case.operation.path == "/api/overlay" and isinstance(case.body, dict):
        return not overlay_contradicts(case.body)
    return not contradicts(case.operation.path, case.query or {})


@schemathesis.hook
def map_path_parameters(ctx, parameters):
    """Every other good id is one that there is. What is erased is made up, so that the others stay."""
    if ctx.operation.method.upper() == "DELETE":
        return parameters
    for name, value in (parameters or {}).items():
        known = IDS.get(name)
        if known and isinstance(value, str) and ID.fullmatch(value) and sum(value.encode()) % 2 == 0:
            parameters[name] = known[sum(value.encode()) // 2 % len(known)]
    return parameters

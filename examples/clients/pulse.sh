#!/bin/sh
# Sends a visit to Pulse and asks what became of it. Nothing but curl is needed:
#   PULSE_URL=http://localhost:5001 PULSE_TOKEN=... sh examples/clients/pulse.sh
set -eu

url=${PULSE_URL:-http://localhost:5001}
page=http://localhost:8080/checkout

# Prints the answer to a path, and fails with its message. The token is handed over where no list of processes shows it.
ask() {
  path=$1
  shift
  if [ -n "${PULSE_TOKEN:-}" ]; then
    printf 'header = "Authorization: Bearer %s"\n' "$PULSE_TOKEN"
  fi | curl --config - --silent --show-error --fail-with-body --compressed "$@" "$url$path"
  echo
}

ask /api/track --data '{
  "session_id": "example-session-curl", "view_id": "example-view-curl", "seq": 0, "page_url": "'$page'",
  "events": [{"type": "click", "timestamp": '"$(date +%s)"'000, "data": {"x": 120, "y": 300, "element": "#pay"}}],
  "moves": {"t": '"$(date +%s)"'000, "dt": [0, 50, 50], "x": [100, 10, 10], "y": [290, 5, 5]}}'
ask /api/sessions --get --data-urlencode "page=$page" --data limit=10
ask /api/heatmap --get --data-urlencode "page=$page"
ask /api/problems --get --data limit=3

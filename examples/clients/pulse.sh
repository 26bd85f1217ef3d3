#!/bin/sh
# Sends a visit to Pulse and asks what became of it. Nothing but curl is needed:
#   PULSE_URL=http://localhost:5001 PULSE_TOKEN=... sh examples/clients/pulse.sh
set -eu

url=${PULSE_URL:-http://localhost:5001}
page=http://localhost:8080/checkout
# Batches with the same three values are one batch: these are fixed, so that the example stores nothing twice when it is
# run again. An application makes a random view_id for each page load, and counts seq from 0 within it.
session=example-session-curl
view=example-view-curl
seq=0

# Prints the answer to a path, and fails on an error. The token is handed over where no list of processes shows it.
ask() {
  path=$1
  shift
  if [ -n "${PULSE_TOKEN:-}" ]; then
    printf 'header = "Authorization: Bearer %s"\n' "$PULSE_TOKEN"
  fi | curl --config - --silent --show-error --fail-with-body --compressed --write-out '\n' "$@" "$url$path"
}

now=$(date +%s)000
stored=$(ask /api/track --header 'Content-Type: application/json' --data '{
  "session_id": "'$session'", "view_id": "'$view'", "seq": '$seq', "page_url": "'$page'",
  "events": [{"type": "click", "timestamp": '$now', "data": {"x": 120, "y": 300, "element": {"path": "#pay"}}}],
  "moves": {"t": '$now', "dt": [0, 50, 50], "x": [100, 10, 10], "y": [290, 5, 5]}}') || {
  printf '%s\n' "$stored"
  exit 1
}
printf '%s\n' "$stored"
case $stored in
  *'"rejected":[]'*) ;;
  *)
    echo 'Pulse rejected events' >&2
    exit 1
    ;;
esac
ask /api/sessions --get --data-urlencode "page=$page" --data limit=10
ask /api/heatmap --get --data-urlencode "page=$page"
ask /api/problems --get --data limit=3

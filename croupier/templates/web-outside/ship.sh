#!/bin/sh
# Tests, builds, checks and publishes {{name}} alone, on whatever runs pipelines: `sh ship.sh`. It needs CROUPIER_GATEWAY,
# the gateway's URL, and CROUPIER_KEY, the full path of the team's key. Live it is after the `promote` that it prints at
# its end, or at once with `--promote` at the end of the last line.
set -eu
folder=$(cd "$(dirname "$0")" && pwd)
cd "$folder" && node --test
cd "$folder/{{shared}}/.."
${CROUPIER:-cargo croupier} check --fragment "$folder" --against "$CROUPIER_GATEWAY"
${CROUPIER:-cargo croupier} publish --fragment "$folder"

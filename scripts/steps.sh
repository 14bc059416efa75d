# shellcheck shell=bash
# Steps of a check or test run: each has a log, and a line with its seconds and exit code for the summary.

results=${BUNDLE_SHARED_RESULTS:-node_modules/.cache/results}

# step NAME COMMAND...: runs it quietly; what it printed is shown only when it fails.
step() {
  local name=$1 start code=0
  shift
  start=$(date +%s%N)
  "$@" >"$results/$name.log" 2>&1 </dev/null || code=$?
  record "$name" "$start" "$code"
}

# step_aloud NAME COMMAND...: the same for what takes long, and shows what it prints.
step_aloud() {
  local name=$1 start code=0
  shift
  start=$(date +%s%N)
  "$@" </dev/null || code=$?
  record "$name" "$start" "$code"
}

record() {
  printf '%s\t%s\t%s\n' "$1" "$((($(date +%s%N) - $2) / 1000000))" "$3" >>"$results/steps.tsv"
  [ "$3" = 0 ] || printf 'FAILED: %s (exit code %s)\n' "$1" "$3"
}

show_failed_logs() {
  local name code
  while IFS=$'\t' read -r name _ code; do
    [ "$code" = 0 ] || [ ! -f "$results/$name.log" ] || {
      printf '\n==== %s\n' "$name"
      tail -n 120 "$results/$name.log"
    }
  done <"$results/steps.tsv"
}

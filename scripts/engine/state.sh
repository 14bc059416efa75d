# shellcheck shell=bash
# The state folder, messages, bounded waits.

minimum_compose=2.40.0
minimum_buildx=0.17.0

default_home() {
  if [ "$(id -u)" = 0 ]; then
    echo /var/lib/bundle-shared
  else
    echo "${XDG_STATE_HOME:-$HOME/.local/state}/bundle-shared"
  fi
}

home=${BUNDLE_SHARED_HOME:-$(default_home)}
cache=${BUNDLE_SHARED_CACHE:-$home/cache}
socket=$home/engine/docker.sock
pid_file=$home/engine/docker.pid
daemon_log=$home/engine/dockerd.log
# Names in the machine's network are shared by all state folders, so they carry a mark of this one.
mark=$(printf '%s' "$home" | cksum | cut -d' ' -f1)
netns=bundle-shared-$mark

say() { printf 'engine: %s\n' "$*" >&2; }

fail() {
  printf 'engine: error: %s\n' "$1" >&2
  shift
  local line
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 1
}

prepare_state() {
  mkdir -p "$home" "$cache" 2>/dev/null || fail "cannot create the state folder $home" \
    "fix: set BUNDLE_SHARED_HOME to a folder that you may write to"
}

# One `up` or `down` at a time per state folder.
with_lock() {
  prepare_state
  exec 9>"$home/lock"
  flock --wait 900 9 || fail "another scripts/engine.sh has been busy in $home for 15 minutes"
  "$@"
}

# wait_for SECONDS WHAT COMMAND...: asks four times a second until the command succeeds.
wait_for() {
  local seconds=$1 what=$2 tries
  shift 2
  for ((tries = seconds * 4; tries > 0; tries--)); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.25
  done
  say "waited $seconds s for $what"
  return 1
}

# version_at_least HAVE WANT
version_at_least() {
  [ -n "$1" ] && [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

docker_bounded() { timeout 60 docker "$@" 9>&-; }

engine_answers() { command -v docker >/dev/null && docker_bounded version --format '{{.Server.Version}}' >/dev/null 2>&1; }

engine_version() { docker_bounded version --format '{{.Server.Version}}' 2>/dev/null; }

engine_endpoint() {
  if [ -n "${DOCKER_HOST:-}" ]; then
    echo "$DOCKER_HOST"
  else
    docker_bounded context inspect --format '{{.Endpoints.docker.Host}}' 2>/dev/null || echo unix:///var/run/docker.sock
  fi
}

compose_version() { docker_bounded compose version --short 2>/dev/null | sed 's/^v//; s/[-+].*//'; }

compose_is_recent() { version_at_least "$(compose_version)" "$minimum_compose"; }

write_env() {
  {
    printf 'export DOCKER_HOST=%q\n' "$1"
    printf 'export DOCKER_CONFIG=%q\n' "$home/docker-config"
  } >"$home/env.sh"
}

load_env() {
  [ -f "$home/env.sh" ] || return 0
  # shellcheck source=/dev/null
  source "$home/env.sh"
  unset DOCKER_CONTEXT DOCKER_TLS_VERIFY DOCKER_CERT_PATH
}

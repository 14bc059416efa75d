#!/usr/bin/env bash
# The Docker Engine that builds and tests use. Finds a running one, or starts a private one.
# Everything that it installs or starts by itself lives in one state folder, and `down` takes
# away only what `up` started.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
  cat <<'TEXT'
usage: scripts/engine.sh COMMAND

  up [--private]   make sure that a Docker Engine, Compose >= 2.40 and the two base images
                   are there; --private starts an Engine of our own even beside another one
  exec CMD...      run a command with that Engine's environment (and in its network)
  env              print that environment as shell exports
  registry         start a registry on the loopback interface, print its address
  down [--purge]   stop what `up` and `registry` started; --purge also deletes their data

environment:
  BUNDLE_SHARED_HOME    state folder (root: /var/lib/bundle-shared, else ~/.local/state/bundle-shared)
  BUNDLE_SHARED_ENGINE  "newer": a private Engine is that of Debian testing, with the containerd image store
  BUNDLE_SHARED_CACHE   what is kept between Engines: base systems, plugins ($BUNDLE_SHARED_HOME/cache)
TEXT
}

# shellcheck source=engine/state.sh
source "$here/engine/state.sh"
# shellcheck source=engine/install.sh
source "$here/engine/install.sh"
# shellcheck source=engine/daemon.sh
source "$here/engine/daemon.sh"
# shellcheck source=engine/network.sh
source "$here/engine/network.sh"
# shellcheck source=engine/images.sh
source "$here/engine/images.sh"
# shellcheck source=engine/registry.sh
source "$here/engine/registry.sh"

up() {
  local private=no
  [ "${1:-}" = --private ] && private=yes
  prepare_state
  if own_engine_answers; then
    say "the private Engine in $home is already running"
  elif [ "$private" = no ] && engine_answers && compose_is_recent; then
    say "using the running Engine $(engine_version) with Compose $(compose_version); nothing to install"
    rm -f "$home/env.sh"
  elif [ "$private" = no ] && engine_answers; then
    say "using the running Engine $(engine_version); Compose $minimum_compose is missing"
    local endpoint
    endpoint=$(engine_endpoint)
    require_debian_root
    install_plugins
    write_env "$endpoint"
  else
    require_debian_root
    install_packages
    install_plugins
    if [ "$private" = no ] && engine_answers; then
      say "installing docker.io started its Engine; using that"
      write_env "$(engine_endpoint)"
    else
      start_engine
    fi
  fi
  load_env
  ensure_base_images
}

down() {
  prepare_state
  stop_registry
  stop_engine
  remove_network
  rm -f "$home/env.sh"
  if [ "${1:-}" = --purge ]; then
    say "deleting the data in $home (kept: $cache)"
    rm -rf "$home/engine" "$home/registry" "$home/docker-config"
  fi
}

# Runs a command the way the private Engine needs it: with DOCKER_HOST and DOCKER_CONFIG set, and in
# the Engine's network namespace where it has one (ports published on 127.0.0.1 exist only there).
exec_inside() {
  [ $# -gt 0 ] || fail "exec: no command given"
  load_env
  if has_network && ! inside_network; then
    exec nsenter --net="/run/netns/$netns" -- "$@"
  fi
  exec "$@"
}

command=${1:-}
[ $# -gt 0 ] && shift
case $command in
  up | down | registry) with_lock "$command" "$@" ;;
  exec) exec_inside "$@" ;;
  env) [ ! -f "$home/env.sh" ] || cat "$home/env.sh" ;;
  -h | --help | help) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac

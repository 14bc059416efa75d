# shellcheck shell=bash
# A registry for pushes in tests: Debian's docker-registry on the loopback interface, which the Engine
# accepts without TLS.

registry_port=${BUNDLE_SHARED_REGISTRY_PORT:-18500}
registry_home=$home/registry
registry_binary=$cache/docker-registry

registry() {
  prepare_state
  if ! registry_pid >/dev/null; then
    require_debian_root
    [ -x "$registry_binary" ] || fetch_registry
    start_registry
  fi
  echo "127.0.0.1:$registry_port"
}

registry_pid() {
  local pid
  pid=$(cat "$registry_home/pid" 2>/dev/null) || return 1
  tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$registry_home/config.yml" && echo "$pid"
}

# Unpacked, not installed: the package would start a service of its own.
fetch_registry() {
  say "fetching Debian's docker-registry"
  local folder
  folder=$(mktemp -d "$home/registry-package.XXXXXX")
  (
    cd "$folder"
    { apt_get download docker-registry || { apt_get update && apt_get download docker-registry; }; } &&
      dpkg-deb -x ./*.deb . && install -m 755 usr/bin/docker-registry "$registry_binary"
  ) >"$home/registry.log" 2>&1 || fail "could not fetch docker-registry" "log: $home/registry.log"
  rm -rf "$folder"
}

start_registry() {
  mkdir -p "$registry_home/data"
  cat >"$registry_home/config.yml" <<CONF
version: 0.1
log: { level: warn, accesslog: { disabled: true } }
storage: { filesystem: { rootdirectory: $registry_home/data }, delete: { enabled: true } }
http: { addr: "127.0.0.1:$registry_port" }
CONF
  local enter=()
  ! has_network || enter=(nsenter --net="/run/netns/$netns" --)
  setsid "${enter[@]}" "$registry_binary" serve "$registry_home/config.yml" </dev/null >"$registry_home/log" 2>&1 9>&- &
  echo $! >"$registry_home/pid"
  wait_for 120 'the registry' "${enter[@]}" bash -c "exec 3<>/dev/tcp/127.0.0.1/$registry_port" ||
    fail "the registry did not start" "log: $registry_home/log"
}

stop_registry() {
  local pid
  pid=$(registry_pid) || return 0
  say "stopping the registry"
  kill -TERM "$pid" 2>/dev/null || true
  wait_for 10 'the registry to stop' process_is_gone "$pid" || kill -KILL "$pid" 2>/dev/null || true
  rm -f "$registry_home/pid"
}

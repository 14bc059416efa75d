# shellcheck shell=bash
# A private dockerd: own data, run folder, pid file and socket; an own network where another one runs.

own_pid() {
  local pid
  pid=$(cat "$pid_file" 2>/dev/null) || return 1
  # A pid may have been given to another process since.
  tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -- "--data-root $home/engine/data" && echo "$pid"
}

own_engine_answers() {
  own_pid >/dev/null && DOCKER_HOST=unix://$socket docker_bounded version >/dev/null 2>&1 &&
    plugins_are_recent "$home/docker-config/cli-plugins"
}

other_engine_runs() {
  local pid own
  own=$(own_pid || true)
  for pid in $(pgrep -x dockerd || true); do
    [ "$pid" = "$own" ] || return 0
  done
  return 1
}

start_engine() {
  [ ${#socket} -le 100 ] || fail "the path $socket is too long for a socket" "fix: set BUNDLE_SHARED_HOME to a shorter path"
  trap 'abandon_start' EXIT
  stop_engine
  local enter=() options=(
    --data-root "$home/engine/data" --exec-root "$home/engine/exec" --pidfile "$pid_file" --host "unix://$socket"
    --mtu "$(uplink_mtu)"
  )
  if other_engine_runs; then
    say "another Engine runs on this machine: the private one gets a network namespace of its own"
    create_network
    enter=(nsenter --net="/run/netns/$netns" --)
    local server
    for server in $(upstream_name_servers); do options+=(--dns "$server"); done
  fi
  local path=$PATH
  if [ "${BUNDLE_SHARED_ENGINE:-}" = newer ]; then
    install_newer_engine
    path=$cache/engine:$PATH
    # The store of images that is the default of fresh installations from Engine 29 on.
    options+=(--feature containerd-snapshotter=true)
  fi
  say "starting a private Docker Engine in $home/engine"
  mkdir -p "$home/engine"
  PATH=$path setsid "${enter[@]}" dockerd "${options[@]}" </dev/null >"$daemon_log" 2>&1 9>&- &
  wait_for 180 'the private Engine' own_socket_answers || fail "the private Engine did not start" "log: $daemon_log" "$(tail -n 5 "$daemon_log")"
  write_env "unix://$socket"
  trap - EXIT
}

own_socket_answers() { DOCKER_HOST=unix://$socket docker_bounded version; }

# Interrupted or failed before the Engine answered: nothing of it stays behind.
abandon_start() {
  trap - EXIT
  stop_engine
  remove_network
}

stop_engine() {
  local pid
  if pid=$(own_pid); then
    say "stopping the private Engine"
    kill -TERM "$pid" 2>/dev/null || true
    wait_for 120 'the private Engine to stop' process_is_gone "$pid" || kill -KILL "$pid" 2>/dev/null || true
  fi
  # A killed dockerd leaves its mounts behind.
  awk -v under="$home/engine/" 'index($2, under) == 1 { print $2 }' /proc/mounts | sort -r | while read -r target; do
    umount --lazy "$target" || true
  done
  rm -rf "$home/engine/exec" "$pid_file" "$socket"
}

process_is_gone() { [ ! -d "/proc/$1" ]; }

uplink_device() { ip -o route show default | sed -nE 's/.* dev ([^ ]+).*/\1/p' | head -n 1; }

uplink_mtu() {
  local device
  device=$(uplink_device)
  cat "/sys/class/net/${device:-lo}/mtu" 2>/dev/null || echo 1500
}

# A resolver on the host's loopback interface cannot be reached from another network namespace.
upstream_name_servers() {
  local file=/etc/resolv.conf
  if grep -qE '^nameserver 127\.' "$file" && [ -r /run/systemd/resolve/resolv.conf ]; then
    sed -nE 's/^nameserver ([0-9.]+)$/\1/p' /run/systemd/resolve/resolv.conf
  fi
}

# shellcheck shell=bash
# What a bare Debian machine lacks: packages from its own suite, the two CLI plugins from a newer one.

require_debian_root() {
  local advice=(
    "fix: install Docker Engine with the Compose plugin >= $minimum_compose and the Buildx plugin >= $minimum_buildx,"
    "     start it, and see that 'docker version' and 'docker compose version' answer"
  )
  if [ ! -r /etc/debian_version ] || ! command -v apt-get >/dev/null; then
    fail "no Docker Engine with Compose >= $minimum_compose, and only Debian can be set up by this script" "${advice[@]}"
  fi
  [ "$(id -u)" = 0 ] ||
    fail "no Docker Engine with Compose >= $minimum_compose, and only root can set one up" "${advice[@]}" "or:  run this as root"
}

# The mirror of the machine's own suite, from deb822 (*.sources) or one-line (*.list) files.
debian_mirror() {
  local suite
  # shellcheck source=/dev/null
  suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  {
    find /etc/apt/sources.list.d -name '*.sources' -exec cat {} + 2>/dev/null | deb822_entries
    find /etc/apt/sources.list /etc/apt/sources.list.d -name '*.list' -exec cat {} + 2>/dev/null | one_line_entries
  } | awk -v suite="$suite" '$1 == suite { print $2; exit }'
}

# Both print "SUITE URI" lines.
deb822_entries() {
  awk '
    function flush(  i, n, s) {
      n = split(suites, s, " ")
      if (uri != "" && enabled) for (i = 1; i <= n; i++) print s[i], uri
      uri = ""; suites = ""; enabled = 1
    }
    BEGIN { enabled = 1 }
    /^[ \t]*$/ || /^Types:/ { flush() }
    tolower($1) == "uris:" { uri = $2 }
    tolower($1) == "suites:" { $1 = ""; suites = $0 }
    tolower($1) == "enabled:" && tolower($2) == "no" { enabled = 0 }
    END { flush() }'
}

one_line_entries() {
  sed -nE 's/^deb[ \t]+(\[[^]]*\][ \t]+)?([^ \t]+)[ \t]+([^ \t]+).*/\3 \2/p'
}

required_mirror() {
  local mirror
  mirror=$(debian_mirror)
  case $mirror in
    http://* | https://* | file:*) echo "$mirror" ;;
    *) fail "no http, https or file mirror of this Debian suite in /etc/apt (found: '${mirror:-nothing}')" ;;
  esac
}

apt_get() { DEBIAN_FRONTEND=noninteractive timeout 600 apt-get -q "$@" </dev/null 9>&-; }

install_packages() {
  local missing=() package
  for package in docker.io debootstrap iptables iproute2 ca-certificates procps util-linux; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    say "installing Debian packages: ${missing[*]}"
    { apt_get update && apt_get install -y --no-install-recommends "${missing[@]}"; } >"$home/apt.log" 2>&1 ||
      fail "apt-get could not install ${missing[*]}" "log: $home/apt.log"
  fi
  # Since Debian 13 the client is a package of its own.
  command -v docker >/dev/null || apt_get install -y --no-install-recommends docker-cli >>"$home/apt.log" 2>&1 ||
    fail "there is no docker client" "log: $home/apt.log"
}

# Debian 12 has Compose v1 only. The newer suites' packages hold programs that run here too; they are
# unpacked as CLI plugins, through an apt state of their own, so the machine's sources stay as they are.
install_plugins() {
  local plugins=$home/docker-config/cli-plugins
  mkdir -p "$plugins"
  if ! plugins_are_recent "$plugins"; then
    if ! plugins_are_recent "$cache/cli-plugins"; then
      fetch_plugins testing || fetch_plugins testing unstable ||
        fail "the newer Debian suites gave no Compose >= $minimum_compose and Buildx >= $minimum_buildx" "log: $home/plugins.log"
    fi
    install -m 755 "$cache"/cli-plugins/docker-* "$plugins/"
  fi
  [ -f "$home/docker-config/config.json" ] || echo '{}' >"$home/docker-config/config.json"
}

plugins_are_recent() {
  [ -x "$1/docker-compose" ] && [ -x "$1/docker-buildx" ] &&
    version_at_least "$(plugin_version "$1/docker-compose")" "$minimum_compose" &&
    version_at_least "$(plugin_version "$1/docker-buildx")" "$minimum_buildx"
}

plugin_version() { "$1" version 2>/dev/null | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -n 1; }

fetch_plugins() {
  say "fetching the Compose and Buildx plugins from Debian $*"
  mkdir -p "$cache/cli-plugins"
  unpack_newer "docker-compose docker-buildx" "$cache/cli-plugins" "docker-compose docker-buildx" "$@" >"$home/plugins.log" 2>&1
  plugins_are_recent "$cache/cli-plugins"
}

# BUNDLE_SHARED_ENGINE=newer: the Engine of the next Debian beside the machine's own runc.
install_newer_engine() {
  newer_engine_runs && return
  say "fetching a newer Engine from Debian testing"
  mkdir -p "$cache/engine"
  unpack_newer "docker.io containerd" "$cache/engine" "dockerd docker-proxy containerd containerd-shim-runc-v2" testing \
    >"$home/newer-engine.log" 2>&1 || true
  newer_engine_runs || fail "the Engine of Debian testing does not run here" "log: $home/newer-engine.log"
}

newer_engine_runs() { "$cache/engine/dockerd" --version >/dev/null 2>&1 && "$cache/engine/containerd" --version >/dev/null 2>&1; }

# unpack_newer PACKAGES FOLDER PROGRAMS SUITE...: programs of packages of newer suites, through an apt state of its own.
unpack_newer() {
  local packages=$1 folder=$2 programs=$3 apt=$home/apt suite mirror options program
  shift 3
  mirror=$(required_mirror)
  rm -rf "$apt"
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/debs"
  for suite in "$@"; do
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
  done >"$apt/sources.list"
  options=(
    -o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferencesparts=/dev/null
    -o "Dir::State::lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o Acquire::Check-Valid-Until=false
    -o Acquire::Languages=none -o APT::Sandbox::User=root
  )
  (
    cd "$apt/debs" || exit
    # shellcheck disable=SC2086 # words
    apt_get "${options[@]}" update && apt_get "${options[@]}" download $packages || exit
    for deb in ./*.deb; do dpkg-deb -x "$deb" unpacked || exit; done
    for program in $programs; do
      find unpacked -type f -perm -u+x -name "$program" -exec install -m 755 {} "$folder/" \;
    done
  )
  local code=$?
  rm -rf "$apt"
  return "$code"
}

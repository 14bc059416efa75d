# shellcheck shell=bash
# The base images of examples and tests. Pulled where a registry answers; else made by debootstrap, with
# the PATH and command of the official ones, from the machine's Debian mirror.

ensure_base_images() {
  local suite
  for suite in bookworm trixie; do
    docker image inspect "debian:$suite-slim" >/dev/null 2>&1 9>&- && continue
    pull_base "$suite" || bootstrap_base "$suite"
  done
}

pull_base() {
  [ "${registry_is_unreachable:-no}" = no ] || return 1
  if timeout 10 docker manifest inspect "debian:$1-slim" >/dev/null 2>&1 9>&-; then
    say "pulling debian:$1-slim"
    timeout 300 docker pull --quiet "debian:$1-slim" >/dev/null 9>&-
  else
    registry_is_unreachable=yes
    return 1
  fi
}

bootstrap_base() {
  local tarball=$cache/debian-$1-slim.tar
  [ -f "$tarball" ] || make_rootfs "$1" "$tarball"
  say "importing debian:$1-slim"
  timeout 300 docker import --message "debootstrap --variant=minbase $1" \
    --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' --change 'CMD ["bash"]' \
    "$tarball" "debian:$1-slim" >/dev/null 9>&-
}

make_rootfs() {
  local suite=$1 tarball=$2 root log=$home/debootstrap-$1.log
  require_debian_root
  command -v debootstrap >/dev/null || install_packages
  root=$(mktemp -d "$home/rootfs-$suite.XXXXXX")
  # shellcheck disable=SC2064 # the folder of this call
  trap "discard_rootfs '$root'" EXIT
  say "no registry answers: making debian:$suite-slim with debootstrap (about half a minute)"
  timeout 600 debootstrap --variant=minbase "$suite" "$root" "$(required_mirror)" >"$log" 2>&1 9>&- ||
    fail "debootstrap of $suite failed" "log: $log"
  make_it_slim "$root"
  tar --numeric-owner --one-file-system -C "$root" -cf "$tarball.part" .
  mv "$tarball.part" "$tarball"
  discard_rootfs "$root"
  trap - EXIT
}

# As the official slim images: no documentation, no package lists, no services started by packages.
make_it_slim() {
  rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*.bin "$1"/var/cache/apt/archives/*.deb "$1"/var/log/*
  rm -rf "$1"/usr/share/{man,info,locale,lintian,groff,linda}/*
  find "$1/usr/share/doc" -mindepth 1 ! -name copyright ! -type d -delete
  find "$1/usr/share/doc" -mindepth 1 -type d -empty -delete
  printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d"
  chmod 755 "$1/usr/sbin/policy-rc.d"
  cat >"$1/etc/apt/apt.conf.d/docker-clean" <<'CONF'
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin || true"; };
Acquire::Languages "none";
APT::AutoRemove::SuggestsImportant "false";
CONF
  cat >"$1/etc/dpkg/dpkg.cfg.d/docker" <<'CONF'
force-unsafe-io
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/man/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/lintian/*
CONF
}

discard_rootfs() {
  umount "$1/proc" "$1/sys" 2>/dev/null || true
  rm -rf --one-file-system "$1"
}

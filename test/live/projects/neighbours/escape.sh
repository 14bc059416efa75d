#!/bin/sh
# Prints a line for every attempt that got somewhere; a quiet end is a good one.
escaped() { echo "ESCAPED $1: $(printf %s "$2" | head -c 200)"; }
seen() { printf %s "$2" | grep -q "$3" && escaped "$1" "$2"; }

seen environ "$(cat /proc/[0-9]*/environ 2>/dev/null | tr '\0' '\n')" hidden-from
seen file-of-root "$(for p in /proc/[0-9]*; do cat "$p/root/hidden" "$p/root/etc/bundle/bundle.json" "$p/cwd/hidden" 2>/dev/null; done)" .
seen sibling-path "$(cat /srv/victim/hidden /../srv/victim/hidden /etc/bundle/bundle.json 2>/dev/null)" .
seen descriptors "$(for f in /proc/[0-9]*/fd/*; do case $f in /proc/self/*) ;; *) readlink "$f" ;; esac; done 2>/dev/null | grep -E 'supervisor|/srv/|/run/bundle')" .
seen shared-memory "$(cat /dev/shm/* 2>/dev/null)" hidden
perl -e 'exit(defined shmget(0x1234, 4096, 0) ? 0 : 1)' && escaped sysv-memory found
seen sockets "$(ls /run/supervisor.sock /run/bundle 2>/dev/null)" .

unshare -m true 2>/dev/null && escaped unshare mount
unshare -r true 2>/dev/null && escaped unshare user
unshare -n true 2>/dev/null && escaped unshare net
mount -t tmpfs none /mnt 2>/dev/null && escaped mount tmpfs
mount --bind / /mnt 2>/dev/null && escaped mount bind
mount -o remount,rw /sys 2>/dev/null && escaped mount remount
umount -l /proc 2>/dev/null && escaped umount proc
for device in 8:0 254:0 259:0 253:0; do
  mknod /disk b "${device%:*}" "${device#*:}" 2>/dev/null && head -c 1 /disk >/dev/null 2>&1 && escaped disk "$device"
  rm -f /disk
done
mknod /kmem c 1 2 2>/dev/null && head -c 1 /kmem >/dev/null 2>&1 && escaped memory kmem
rm -f /kmem

perl -e 'mkdir "/jail"; chroot "/jail" or exit; chdir ".." for 1..100; chroot "."; exec "/bin/sh", "-c", "ls /srv/victim /etc/bundle 2>/dev/null | head -1"' > /tmp/break-out 2>/dev/null
seen break-out "$(cat /tmp/break-out)" .
for namespace in mnt pid user ipc uts; do
  for p in /proc/[0-9]*; do nsenter "--$namespace=$p/ns/$namespace" cat /hidden 2>/dev/null | grep -q hidden && escaped setns "$namespace $p"; done
done
echo '|/escape.sh' 2>/dev/null > /proc/sys/kernel/core_pattern && escaped core-pattern written
echo h 2>/dev/null > /proc/sysrq-trigger && escaped sysrq written
echo 1 2>/dev/null > /sys/kernel/profiling && escaped sys written
perl -e 'exit(syscall(250, 0, -3, 1) >= 0 ? 0 : 1)' && escaped keyring joined
dmesg >/dev/null 2>&1 && escaped kernel-log read
kill -9 -1 2>/dev/null
perl -e 'kill 9, grep { $_ != $$ && $_ != getppid } 2 .. 4000'
echo finished

#!/bin/sh
# Starts as root, owns its volume, goes on as redis without any capability.
set -e

if [ "$1" = 'redis-server' ] && [ "$(id -u)" = '0' ]; then
	find . \! -user redis -exec chown redis '{}' +
	exec setpriv --reuid redis --regid redis --init-groups --inh-caps=-all "$0" "$@"
fi

if [ "$1" = 'redis-server' ]; then
	umask 0077
	# Nobody reaches this Redis but through its password.
	set -- "$@" --bind '*' --protected-mode no
fi
exec "$@"

#!/bin/sh
# Checks the configuration first, so that a mistake in it is the first line of the log.
set -e

if [ "$1" = nginx ]; then
	nginx -q -t
fi
exec "$@"

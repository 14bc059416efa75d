#!/bin/sh
set -e
exec /app/say "$@"

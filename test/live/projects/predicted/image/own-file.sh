#!/bin/sh
set -e
grep Threads /proc/self/status
exec sleep 100000

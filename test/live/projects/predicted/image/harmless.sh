#!/bin/sh
# ps and <(this) and /proc/self/maps stand in a comment.
: > /dev/null
exec sleep 100000

#!/bin/bash
set -e
read -r word < <(echo ready)
echo "$word"
exec sleep 100000

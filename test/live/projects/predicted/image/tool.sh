#!/bin/sh
sleep 100000 &
start-stop-daemon --status --name sleep || exit 4
wait

#!/bin/sh
# Ends the kiosk before its terminal: kiosk.service calls it with MAINPID, which is cage while that lives.
# Whatever is still there after six seconds is killed by systemd; the kiosk itself gives a hung device five.
pid=$(sed -n 's/^ *"pid": *\([0-9]*\),$/\1/p' /run/kiosk/status.json)
kill -TERM "$pid" || exit 0
for _ in $(seq 120); do
    kill -0 "$pid" 2>/dev/null || kill -0 "${MAINPID:-$pid}" 2>/dev/null || exit 0
    sleep 0.05
done

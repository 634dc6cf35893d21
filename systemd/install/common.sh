# shellcheck shell=bash disable=SC2034,SC2086 # the scripts use them; lists are split on purpose
# What the scripts beside this one share: where things go, and how they speak. To be sourced.

set -euo pipefail
umask 022

# Where it goes; nothing else is written outside of /etc, /var/lib/kiosk and /run/kiosk.
readonly OPT=/opt/kiosk
readonly RELEASES=$OPT/releases
readonly CURRENT=$OPT/current
readonly COMMAND=/usr/local/bin/kiosk
readonly CONFIG=/etc/kiosk/kiosk.toml
readonly FOOT=/etc/kiosk/foot.ini
readonly STATE=/var/lib/kiosk
readonly UNITS=(kiosk.service kiosk-gateway.service kiosk-recover.service
                kiosk-doctor.service kiosk-doctor.timer
                kiosk-backup.service kiosk-backup.timer
                kiosk-retention.service kiosk-retention.timer)
readonly TIMERS=(kiosk-doctor.timer kiosk-backup.timer kiosk-retention.timer)

# The folder that holds systemd/, config/ and docs/: a checkout, or an unpacked bundle.
SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
readonly SOURCE

# Whoever listened may have gone: that is no reason to stop.
say() { printf '%s\n' "kiosk: $*" >&2 || true; }
fail() { say "$*"; exit 1; }

need_root() { [ "$(id -u)" = 0 ] || fail "run this as root: sudo $*"; }

# The packages of Debian that are named and not installed.
missing() {
    local package
    for package in "$@"; do
        dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || echo "$package"
    done
}

# Install what is missing from Debian; a machine without a network needs them beforehand.
want() {
    local lacking
    lacking=$(missing "$@")
    [ -n "$lacking" ] || return 0
    say "installing from Debian:" $lacking
    # shellcheck disable=SC2086  # a list
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $lacking >/dev/null; } ||
        fail "these Debian packages are needed and cannot be had here:" $lacking
}

# The files of systemd/etc, as paths below /etc.
settings_files() { (cd "$SOURCE/systemd/etc" && find . -type f | cut -c3- | LC_ALL=C sort); }

running() { [ -d /run/systemd/system ]; }

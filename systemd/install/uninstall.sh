#!/usr/bin/env bash
# Takes the kiosk away. What it has recorded and how it was set stays: /var/lib/kiosk, /var/lib/kiosk-gateway, /etc/kiosk, and
# the users that these files belong to.
#
#     sudo make uninstall      or, where only the installation is: sudo /opt/kiosk/current/systemd/install/uninstall.sh
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$(readlink -f "$0")")/common.sh"
need_root "$0"

if running; then
    systemctl --quiet disable --now "${UNITS[@]}" 2>/dev/null || true
fi
for unit in "${UNITS[@]}"; do rm -f "/etc/systemd/system/$unit"; done
[ "$(readlink /etc/systemd/system/ctrl-alt-del.target)" != /dev/null ] || rm -f /etc/systemd/system/ctrl-alt-del.target
settings_files | while read -r file; do rm -f "/etc/$file"; done
rm -f "$COMMAND"
rm -rf "$OPT"
if running; then
    systemctl daemon-reload
    udevadm control --reload 2>/dev/null || true
    systemctl try-reload-or-restart ssh.service systemd-journald.service polkit.service || true
fi
say "gone. These stay: $STATE /var/lib/kiosk-gateway /etc/kiosk, and the users kiosk, kiosk-gateway, kiosk-staff, kiosk-viewer"

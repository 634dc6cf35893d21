# shellcheck shell=bash disable=SC2016 # the stand-ins expand them, not we
# A terminal with the releases `old` (in its place) and `new`, in namespaces of its own: to be sourced there.
#
#     terminal.sh SYSTEMD TOOLS [OCTETS]     the folder systemd/, a folder for stand-ins, the size of the disk of the record
set -eu
systemd=$1 tools=$2 octets=${3:-1m}
for place in /etc /opt /run /usr/local /var/lib; do mount -t tmpfs -o size=16m tmpfs "$place"; done
mkdir -p /etc/kiosk /run/systemd/system /usr/local/bin /var/lib/kiosk "$tools"
mount -t tmpfs -o "size=$octets" tmpfs /var/lib/kiosk
# The only user that is mapped here plays the kiosk.
echo 'kiosk:x:0:0::/:/bin/sh' > /etc/passwd
echo 'kiosk:x:0:' > /etc/group
echo > /etc/kiosk/kiosk.toml

# Whoever calls what stands in /run/power-goes-at is killed with all its own before it is done.
stand_in() {
    printf '#!/bin/sh
call="%s $*"
echo "$call" >> /run/calls
[ ! -e /run/power-goes-at ] || case $call in
    "$(cat /run/power-goes-at)"*) /usr/bin/rm /run/power-goes-at && { kill -s KILL -- "-$INSTALLER"; exit 1; } ;;
esac
%s\n' "$1" "$2" > "$tools/$1" && chmod +x "$tools/$1"
}
stand_in systemd-sysusers 'exit 0'
stand_in systemd-tmpfiles 'exit 0'
stand_in udevadm 'exit 0'
for name in sync mv rm cp; do stand_in "$name" "exec /usr/bin/$name \"\$@\""; done
stand_in systemctl 'case "$*" in
    show*kiosk-gateway.service) cat /run/gateway ;;
    show*) cat /run/active ;;
    *is-active*) [ "$(cat /run/active)" = active ] ;;
    stop*) echo inactive > /run/active ;;
    *restart\ kiosk-gateway.service) echo failed > /run/gateway; cp /opt/kiosk/current/RELEASE /run/gateway-release
        /opt/kiosk/current/gateway && echo active > /run/gateway ;;
    start*) /opt/kiosk/current/start && echo active > /run/active ;;
esac'
PATH=$tools:/usr/bin:/usr/sbin:/bin:/sbin

# release NAME: its doctor finds what stands in its file `found`, its start does what stands in its file `start`, and that
# of its gateway what stands in its file `gateway`.
release() {
    local folder=/opt/kiosk/releases/$1
    mkdir -p "$folder/venv/bin"
    cp -r "$systemd" "$folder/systemd"
    echo "$1" > "$folder/RELEASE"
    echo "# $1" >> "$folder/systemd/kiosk.service"
    echo '{"layers": [{"findings": []}]}' > "$folder/found"
    printf '#!/bin/sh\ncat %s/found\n' "$folder" > "$folder/venv/bin/python"
    start_of "$1" 'exit 0'
    gateway_of "$1" 'exit 0'
    chmod +x "$folder/venv/bin/python"
}
start_of() { script_of "$1" start "$2"; }
gateway_of() { script_of "$1" gateway "$2"; }
script_of() { printf '#!/bin/sh\n%s\n' "$3" > "/opt/kiosk/releases/$1/$2" && chmod +x "/opt/kiosk/releases/$1/$2"; }

# As on the morning of the upgrade.
furnish() {
    rm -rf /opt/kiosk /etc/systemd /usr/local/bin/kiosk /run/power-goes-at /run/kiosk-install.lock
    find /var/lib/kiosk -mindepth 1 -delete
    mkdir -p /opt/kiosk/releases
    release old
    release new
    ln -s releases/old /opt/kiosk/current
    echo 'as it was' > /var/lib/kiosk/ledger.db
    echo active > /run/active
    echo inactive > /run/gateway
    echo none > /run/gateway-release
    : > /run/calls
}
furnish

# install_release RELEASE: the installer's own main in a process of its own; what asks Debian and unpacks wheels stays out.
install_release() {
    local code=0
    RELEASE=$1 SYSTEMD=$systemd setsid --wait bash -c '
        . "$SYSTEMD/install/install.sh"
        check_system() { :; }
        want() { :; }
        unpack() { :; }
        find_bundle() { bundle=$RELEASES/$RELEASE; }
        export INSTALLER=$$
        trap leave EXIT
        main' || code=$?
    echo "code $code"
}

# The machine starts again: the recovery that is installed, where its conditions hold, and then the kiosk in any case.
restart() {
    local unit=/etc/systemd/system/kiosk-recover.service path code=unmet
    echo inactive > /run/active
    echo inactive > /run/gateway
    rm -f /run/kiosk-install.lock
    while read -r path; do [ ! -e "$path" ] || code=0; done < <(sed -n 's/^ConditionPathExists=|//p' "$unit" 2>/dev/null)
    if [ "$code" = 0 ]; then
        # shellcheck disable=SC2046 # a command and its words
        setsid --wait bash -c 'export INSTALLER=$$; exec "$@"' recovery $(sed -n 's/^ExecStart=//p' "$unit") || code=$?
    fi
    echo "recovery $code"
    [ -n "${NO_KIOSK:-}" ] || systemctl start kiosk.service || true
}

# What is there in the end, a fact a line.
facts() {
    echo "current $(readlink /opt/kiosk/current)"
    echo "unit $(tail -n 1 /etc/systemd/system/kiosk.service 2>/dev/null)"
    echo "kiosk $(cat /run/active)"
    echo "gateway $(cat /run/gateway)"
    echo "gateway-release $(cat /run/gateway-release)"
    echo "ledger $(head -c 40 /var/lib/kiosk/ledger.db | tr -d '\0' | head -n 1)"
    echo "state $(cd /var/lib/kiosk && find . -type f ! -name filler | LC_ALL=C sort | tr '\n' ' ')"
    echo "upgrading $(cat /opt/kiosk/.upgrading 2>/dev/null)"
    echo "releases $(find /opt/kiosk/releases -mindepth 1 -maxdepth 1 -printf '%f\n' | LC_ALL=C sort | tr '\n' ' ')"
    echo "drafts $(find /etc /usr/local /opt/kiosk -name '*.new' | tr '\n' ' ')"
}

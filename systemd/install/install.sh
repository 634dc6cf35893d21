#!/usr/bin/env bash
# Installs the kiosk on Debian 13 or Raspberry Pi OS trixie, or brings an installed one to another release. Again and again
# comes to the same. What was there before a release that does not work comes back by itself.
#
#     sudo ./install                     in an unpacked bundle, without a network
#     sudo make install                  in a checkout: makes the bundle first
#     sudo make install BUNDLE=FILE.tar
# shellcheck source-path=SCRIPTDIR disable=SC2086 # lists are split on purpose
. "$(dirname "$(readlink -f "$0")")/common.sh"
need_root "$0"

readonly RUNTIME=(pcscd libccid libpcsclite1 cage foot seatd alsa-utils fontconfig fonts-morisawa-bizud-gothic polkitd
                  openssh-server python3 python3-venv ca-certificates)
readonly TO_BUILD=(python3-dev gcc swig libpcsclite-dev)
# How long a new release may take until its first question stands: the check of a large ledger included.
readonly READY_SECONDS=${KIOSK_READY_SECONDS:-600}

main() {
    local bundle="" previous="" release
    check_system
    want "${RUNTIME[@]}"
    find_bundle "${1:-}"
    release=$(cat "$bundle/RELEASE")
    [ ! -L "$CURRENT" ] || previous=$(basename "$(readlink -f "$CURRENT")")
    unpack "$bundle" "$release"
    if [ -n "$previous" ] && [ "$previous" != "$release" ] && [ -e "$CONFIG" ]; then
        upgrade "$previous" "$release"
    else
        switch_to "$release"
    fi
    forget_old "$release" "$previous"
    say "release $release is installed"
    next_step
}

check_system() {
    # shellcheck disable=SC1091
    . /etc/os-release
    case ${VERSION_ID:-0} in
        1[3-9] | [2-9][0-9]) ;;
        *) [ -n "${KIOSK_ANY_SYSTEM:-}" ] || fail "Debian 13 or Raspberry Pi OS trixie is needed; this is ${PRETTY_NAME:-unknown}" ;;
    esac
    [ -z "$(dpkg-query --show --showformat='${Status}' vsmartcard-vpcd 2>/dev/null | grep 'ok installed' || true)" ] ||
        fail "vsmartcard-vpcd lets anybody play a card to the kiosk: apt purge vsmartcard-vpcd, then again"
}

# Sets `bundle` to an unpacked one: this very folder, a given tar, or one that is made now.
find_bundle() {
    local tar=$1
    if [ -z "$tar" ] && [ -e "$SOURCE/RELEASE" ] && [ -d "$SOURCE/wheels" ]; then
        bundle=$SOURCE
    else
        if [ -z "$tar" ]; then
            want "${TO_BUILD[@]}"
            tar=$("$SOURCE/systemd/install/bundle.sh" "$SOURCE/dist")
        fi
        UNPACKED=$(mktemp -d)
        tar --extract --file "$tar" --directory "$UNPACKED" --no-same-owner
        bundle=$(echo "$UNPACKED"/*)
    fi
}

# Whether a release is there with all its libraries.
whole() {
    [ -e "$1/RELEASE" ] && "$1/venv/bin/python" -I -m pip --disable-pip-version-check check >/dev/null 2>&1 &&
        "$1/venv/bin/python" -I -m kiosk --version >/dev/null 2>&1
}

# A release is a folder of its own with all that it needs, and gets its name only when it is whole.
unpack() {
    local bundle=$1 release=$2 draft
    ! whole "$RELEASES/$release" || return 0
    say "unpacking release $release"
    (cd "$bundle" && sha256sum --quiet --check SHA256SUMS) || fail "the bundle is damaged; copy it again"
    draft=$RELEASES/.$release
    rm -rf "$draft" "${RELEASES:?}/$release"
    mkdir -p "$draft"
    cp -a "$bundle"/{systemd,config,docs,CHANGELOG.md} "$draft"
    chown -R 0:0 "$draft"
    # The environment knows its own place: it is made where it stays, behind a link of the final name.
    ln -sfn ".$release" "$RELEASES/$release"
    /usr/bin/python3 -m venv "$RELEASES/$release/venv"
    "$RELEASES/$release/venv/bin/python" -I -m pip --quiet --disable-pip-version-check install --no-index \
        --find-links "$bundle/wheels" --require-hashes --requirement "$bundle/requirements.txt" ||
        fail "the bundle was made for another Python or another processor than $(uname -m), $(/usr/bin/python3 --version)"
    rm "$RELEASES/$release"
    mv "$draft" "$RELEASES/$release"
    cp -a "$bundle/RELEASE" "$RELEASES/$release/RELEASE"
}

# The link changes in one step; whoever starts `kiosk` has the one or the other.
point_to() {
    ln -sfn "releases/$1" "$OPT/.current"
    mv -T "$OPT/.current" "$CURRENT"
}

switch_to() {
    point_to "$1"
    settings "$RELEASES/$1"
}

# All outside of /opt, from that release.
settings() {
    local release=$1 file unit
    (cd "$release/systemd/etc" && find . -type f | cut -c3-) | while read -r file; do
        install -D -m 644 "$release/systemd/etc/$file" "/etc/$file"
    done
    for unit in "${UNITS[@]}"; do install -D -m 644 "$release/systemd/$unit" "/etc/systemd/system/$unit"; done
    install -d -m 755 /etc/kiosk /etc/kiosk/keys
    # The size of the letters belongs to the panel: a changed file stays.
    [ -e "$FOOT" ] || install -m 644 "$release/systemd/foot.ini" "$FOOT"
    printf '#!/bin/sh\nexec %s/venv/bin/python -I -m kiosk "$@"\n' "$CURRENT" > "$COMMAND.new"
    chmod 755 "$COMMAND.new"
    mv "$COMMAND.new" "$COMMAND"
    ln -sfn /dev/null /etc/systemd/system/ctrl-alt-del.target
    systemd-sysusers
    systemd-tmpfiles --create /etc/tmpfiles.d/kiosk.conf
    running || return 0
    systemctl daemon-reload
    udevadm control --reload 2>/dev/null || true
    systemctl --quiet enable --now seatd.service pcscd.socket
    systemctl --quiet enable kiosk.service
    systemctl --quiet enable --now "${TIMERS[@]}"
    systemctl try-reload-or-restart ssh.service systemd-journald.service polkit.service || true
}

# What the doctor calls a failure, a name a line.
failures() {
    local report
    report=$("$RELEASES/$1/venv/bin/python" -I -m kiosk --config "$CONFIG" doctor --json 2>/dev/null || true)
    /usr/bin/python3 -c 'import json, sys
layers = json.load(sys.stdin)["layers"]
print(*sorted({found["id"] for layer in layers for found in layer["findings"] if found["level"] == "failure"}), sep="\n")
' <<<"$report" 2>/dev/null || echo "doctor.silent"
}

# From one release to another. The kiosk rests meanwhile, so that nobody writes and both doctors see the same devices.
upgrade() {
    local from=$1 to=$2 before after new served=no
    case $(running && systemctl show --value --property ActiveState kiosk.service) in
        active | activating | reloading) served=yes ;;
    esac
    [ $served = no ] || say "the kiosk rests while it is brought from $from to $to"
    ! running || systemctl stop kiosk.service kiosk-backup.service kiosk-retention.service
    before=$(failures "$from")
    keep_ledger
    switch_to "$to"
    after=$(failures "$to")
    new=$(comm -13 <(echo "$before") <(echo "$after"))
    if [ -n "$new" ]; then
        go_back "$from" "the doctor finds what it did not find before:" $new
    elif [ $served = yes ] && ! starts; then
        systemctl stop kiosk.service
        bring_ledger_back
        go_back "$from" "its first question did not come up within $READY_SECONDS s (journalctl -u kiosk)"
    fi
    rm -rf "$STATE/upgrade"
}

# Type=notify: the start is done when the first question stands on the screen.
starts() { timeout "$READY_SECONDS" systemctl start kiosk.service; }

# A new release may give the ledger another form, which the old one does not read. Until its first question stands it has
# served nobody: the copy holds every visit.
keep_ledger() {
    rm -rf "$STATE/upgrade"
    [ -e "$STATE/ledger.db" ] || return 0
    install -d -m 700 -o kiosk -g kiosk "$STATE/upgrade"
    find "$STATE" -maxdepth 1 -name 'ledger.db*' -exec cp -a {} "$STATE/upgrade" \;
    sync -f "$STATE"
}

bring_ledger_back() {
    [ -e "$STATE/upgrade/ledger.db" ] || return 0
    rm -f "$STATE"/ledger.db-*
    cp -a "$STATE"/upgrade/. "$STATE"
    sync -f "$STATE"
}

go_back() {
    local from=$1
    shift
    say "going back to $from:" "$@"
    switch_to "$from"
    ! running || [ "${served:-no}" = no ] || starts || say "the kiosk does not start: journalctl -u kiosk"
    fail "release $from is back in its place; nothing else has changed"
}

# This release and the one before stay.
forget_old() {
    local folder name
    for folder in "$RELEASES"/*/ "$RELEASES"/.[!.]*/; do
        name=$(basename "$folder")
        case $name in "$1" | "$2" | '*' | '.[!.]*') ;; *) rm -rf "${RELEASES:?}/$name" ;; esac
    done
}

next_step() {
    if [ ! -e "$CONFIG" ]; then
        say "next: sudo kiosk setup"
    elif running; then
        # A second installation of the same release starts nothing anew.
        systemctl --quiet is-active kiosk.service || say "next: sudo systemctl start kiosk"
    fi
}

trap 'rm -rf "${UNPACKED:-}"' EXIT
main "$@"

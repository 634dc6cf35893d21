#!/usr/bin/env bash
# Installs the kiosk on Debian 13 or Raspberry Pi OS trixie, or brings an installed one to another release. Again and again
# comes to the same. What was there before a release that does not work comes back by itself.
#
#     sudo ./install                     in an unpacked bundle, without a network
#     sudo make install                  in a checkout: makes the bundle first
#     sudo make install BUNDLE=FILE.tar
#     install.sh --recover               kiosk-recover.service, at the start after an upgrade was cut off
# shellcheck source-path=SCRIPTDIR disable=SC2086 # lists are split on purpose
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/common.sh"

readonly RUNTIME=(pcscd libccid libpcsclite1 cage foot seatd alsa-utils fontconfig fonts-morisawa-bizud-gothic
                  fonts-noto-mono fonts-noto-cjk polkitd
                  openssh-server python3 python3-venv ca-certificates)
readonly TO_BUILD=(python3-dev gcc swig libpcsclite-dev)
# The release to go back to, on disk from before the new one takes over until it is proved: a power cut leaves it there.
readonly UPGRADING=$OPT/.upgrading
# This installer, kept apart from both releases: it goes back at the next start, should the power go in the middle.
readonly RECOVERY=$OPT/recovery
# The ledger as it was before the upgrade; good only with its mark, which comes last.
readonly COPY=$STATE/upgrade
readonly MARK=$COPY/COMPLETE
# How long a new release may take until its first question stands: the check of a large ledger included.
readonly READY_SECONDS=${KIOSK_READY_SECONDS:-600}
# Whether systemctl waits: not at the start of the machine, where the kiosk itself waits for the end of this.
WAITING=

main() {
    local bundle="" previous="" release
    alone
    check_system
    check_state
    want "${RUNTIME[@]}"
    recover
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

# One at a time. The lock goes with the process, and with the power.
alone() {
    # Whoever may open it could keep it locked.
    umask 077
    exec 9>/run/kiosk-install.lock
    umask 022
    flock --nonblock 9 || fail "another installation is at work; wait for its end"
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

# The services may write to $STATE alone, and an upgrade keeps a copy of the record that is there.
check_state() {
    local state
    state=$(state_of "$CONFIG")
    [ -n "$state" ] && [ "$state" != "$STATE" ] || return 0
    say "$CONFIG の [terminal] state が $state です。サービスが使う記録の場所は $STATE だけで、"
    say "更新の前の控えもそこからとります。まだ何も変えていません。次のあとで、もう一度インストールしてください。"
    say "  1. 止める:            sudo systemctl stop kiosk"
    [ ! -e "$STATE/ledger.db" ] || say "     $STATE の別の記録をよける: sudo mv $STATE $STATE.old"
    say "  2. 記録があれば移す:  sudo mkdir -p $STATE && sudo cp -a $state/. $STATE/"
    say "     (別のディスクに置くときは、先にそのディスクを $STATE にマウントする)"
    say "  3. $CONFIG から state の行を消す"
    fail "  4. 移した記録を確かめる: sudo kiosk ledger verify"
}

# What the configuration says of it, without a / at the end; nothing where it says nothing, or cannot be read.
state_of() {
    [ -e "$1" ] || return 0
    /usr/bin/python3 -I -c 'import posixpath, sys, tomllib
with open(sys.argv[1], encoding="utf-8-sig") as file:
    state = tomllib.loads(file.read()).get("terminal", {}).get("state")
print(posixpath.normpath(state) if state else "")' "$1" 2>/dev/null || true
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

# The link changes in one step, and never to what is not yet on disk; whoever starts `kiosk` has the one or the other.
point_to() {
    sync -f "$OPT"
    ln -sfn "releases/$1" "$OPT/.current"
    mv -T "$OPT/.current" "$CURRENT"
}

switch_to() {
    point_to "$1"
    settings "$RELEASES/$1"
}

# A file in its place, whole or not at all.
place() {
    if install -D -m "$1" "$2" "$3.new"; then
        mv -T "$3.new" "$3"
    else
        rm -f "$3.new"
        return 1
    fi
}

# All outside of /opt, from that release.
settings() {
    local release=$1 file unit
    (cd "$release/systemd/etc" && find . -type f | cut -c3-) | while read -r file; do
        place 644 "$release/systemd/etc/$file" "/etc/$file"
    done
    for unit in "${UNITS[@]}"; do place 644 "$release/systemd/$unit" "/etc/systemd/system/$unit"; done
    install -d -m 755 /etc/kiosk /etc/kiosk/keys
    # The size of the letters belongs to the panel: a changed file stays.
    [ -e "$FOOT" ] || place 644 "$release/systemd/foot.ini" "$FOOT"
    place 755 <(printf '#!/bin/sh\nexec %s/venv/bin/python -I -m kiosk "$@"\n' "$CURRENT") "$COMMAND"
    ln -sfn /dev/null /etc/systemd/system/ctrl-alt-del.target
    systemd-sysusers
    systemd-tmpfiles --create /etc/tmpfiles.d/kiosk.conf
    ! running || take_effect
    sync
}

take_effect() {
    systemctl daemon-reload
    udevadm control --reload 2>/dev/null || true
    systemctl --quiet $WAITING enable --now seatd.service pcscd.socket
    systemctl --quiet enable kiosk.service kiosk-recover.service
    systemctl --quiet $WAITING enable --now "${TIMERS[@]}"
    systemctl $WAITING try-reload-or-restart ssh.service systemd-journald.service polkit.service || true
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

# From one release to another. The kiosk rests meanwhile, so that nobody writes and both doctors see the same devices; the
# gateway goes on for the other terminals until its new release takes over.
# Whatever ends this before the new release is proved - its failure, a full disk, a lost SSH connection - goes back.
upgrade() {
    local to=$2 before after new
    FROM=$1
    STARTED=no
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    trap '' PIPE
    look_what_runs
    [ "$SERVED" = no ] || say "the kiosk rests while it is brought from $FROM to $to"
    stop_the_kiosk
    before=$(failures "$FROM")
    prepare_recovery
    keep_ledger
    remember "$FROM"
    switch_to "$to"
    renew_gateway ||
        fail "the gateway did not come up within $READY_SECONDS s (journalctl -u kiosk-gateway)"
    after=$(failures "$to")
    new=$(LC_ALL=C comm -13 <(echo "$before") <(echo "$after"))
    [ -z "$new" ] || fail "the doctor finds what it did not find before:" $new
    if [ "$SERVED" = yes ]; then
        STARTED=yes
        comes_up start kiosk.service || fail "its first question did not come up within $READY_SECONDS s (journalctl -u kiosk)"
    fi
    FROM=""
    trap - HUP INT TERM PIPE
    finish
}

# Each comes up again with its new release, and only if it was up.
look_what_runs() {
    SERVED=$(runs kiosk.service yes)
    GATEWAY=$(runs kiosk-gateway.service trying)
}

# $2 is said of one that is just starting, as it does for ever when it cannot.
runs() {
    case $(! running || systemctl show --value --property ActiveState "$1") in
        active | reloading) echo yes ;;
        activating) echo "$2" ;;
        *) echo no ;;
    esac
}

# Kiosks serve without a gateway: one that did not come up before either is no reason to keep a release away from them.
renew_gateway() {
    case $GATEWAY in
        yes) comes_up restart kiosk-gateway.service ;;
        trying) systemctl --no-block restart kiosk-gateway.service || true ;;
    esac
}

# At the start of the machine the kiosk waits: a stop would take it off the list of what is to be started.
stop_the_kiosk() {
    running || return 0
    if [ -z "$WAITING" ] || [ "$SERVED" = yes ]; then
        systemctl stop kiosk.service kiosk-backup.service kiosk-retention.service
    fi
}

# Type=notify: it is done when the first question stands on the screen, or the gateway listens. `wait`, so that a signal
# need not.
comes_up() {
    timeout --kill-after=5 "$READY_SECONDS" systemctl $WAITING "$@" 9>&- &
    wait $!
}

# On disk before there is anything to recover. The release that is left may be older than kiosk-recover.service is.
prepare_recovery() {
    local file
    for file in common.sh install.sh; do
        place 755 "$SOURCE/systemd/install/$file" "$RECOVERY/systemd/install/$file"
    done
    place 644 "$SOURCE/systemd/kiosk-recover.service" /etc/systemd/system/kiosk-recover.service
    if running; then
        systemctl daemon-reload
        systemctl --quiet enable kiosk-recover.service
    fi
    sync
}

remember() {
    echo "$1" > "$UPGRADING.new"
    sync "$UPGRADING.new"
    mv "$UPGRADING.new" "$UPGRADING"
    sync -f "$OPT"
}

# Nothing to go back to any more.
finish() {
    rm -f "$UPGRADING"
    sync -f "$OPT"
    discard_copy
}

# It would outlive the time after which personal data is erased.
discard_copy() {
    rm -rf "$COPY" "$STATE"/.back.* "$UPGRADING.new"
    [ ! -e "$STATE" ] || sync -f "$STATE"
}

# Goes back from an upgrade that is not done. With all that can fail here, the rest is still done.
go_back() {
    set +e
    trap '' HUP INT TERM PIPE
    say "going back to $FROM"
    stop_the_kiosk
    if [ "$STARTED" = yes ] && ! bring_ledger_back; then
        say "the ledger could not be brought back: its copy stays in $COPY. Make room on that disk, then run this again"
        return 1
    fi
    [ ! -e "$UPGRADING" ] || switch_to "$FROM"
    if [ "$(readlink "$CURRENT")" != "releases/$FROM" ]; then
        say "release $FROM could not be put back in its place. Make room on the disk of $OPT, then run this again"
        return 1
    fi
    finish
    renew_gateway ||
        say "the gateway does not start: journalctl -u kiosk-gateway"
    [ "$SERVED" = no ] || comes_up start kiosk.service || say "the kiosk does not start: journalctl -u kiosk"
    say "release $FROM is back in its place; nothing else has changed"
}

# An upgrade that the power ended: the release that serves since stays, else the one before comes back. Twice is as once.
recover() {
    [ -e "$UPGRADING" ] || { discard_copy; return 0; }
    FROM=$(cat "$UPGRADING")
    STARTED=yes
    look_what_runs
    if [ ! -e "$RELEASES/$FROM/RELEASE" ] || serves || has_served_since; then
        FROM=""
        finish
        return 0
    fi
    say "an upgrade was interrupted"
    # In a process of its own, where what it ignores and overlooks ends with it.
    (go_back) || { FROM=""; exit 1; }
    FROM=""
}

# kiosk-recover.service: before the kiosk starts. Should it fail, the kiosk starts with what is there.
recover_at_start() {
    alone
    WAITING=--no-block
    recover
}

# Whether the release that is in its place shows its questions, and is not the one to go back to.
serves() {
    [ "$(readlink "$CURRENT")" != "releases/$FROM" ] && running && systemctl --quiet is-active kiosk.service
}

# Whether the ledger holds visits, or what staff did, that the copy does not: they are never given up for it. What a start
# writes by itself does not count.
has_served_since() {
    [ -e "$MARK" ] && /usr/bin/python3 -I -c 'import sqlite3, sys
def done(file):
    ledger = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    (visits,) = ledger.execute("SELECT count(*) FROM visit").fetchone()
    if not ledger.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", ["event"]).fetchone():
        return visits
    (events,) = ledger.execute("SELECT count(*) FROM event WHERE kind NOT IN (?, ?, ?, ?, ?)", OF_ITSELF).fetchone()
    return visits + events
OF_ITSELF = ["visit", "adopted", "number floor", "print", "erased"]
now, then = map(done, sys.argv[1:])
sys.exit(now <= then)' "$STATE/ledger.db" "$COPY/ledger.db" 2>/dev/null
}

# A new release may give the ledger another form, which the old one does not read. Until its first question stands it has
# served nobody: the copy holds every visit.
keep_ledger() {
    local file
    rm -rf "$COPY"
    [ -e "$STATE/ledger.db" ] || return 0
    install -d -m 700 -o kiosk -g kiosk "$COPY"
    for file in "$STATE"/ledger.db*; do
        # What SQLite makes anew from the others by itself.
        [[ $file != *-shm ]] || continue
        same_copy "$file" "$COPY/${file##*/}" || fail "the ledger cannot be copied to $COPY: is the disk full?"
    done
    sync -f "$STATE"
    echo complete > "$MARK"
    sync -f "$STATE"
}

same_copy() { cp -a "$1" "$2" && cmp -s "$1" "$2"; }

# The copies are on disk under other names before the first one takes its place.
bring_ledger_back() {
    local file
    [ -e "$MARK" ] || return 0
    rm -f "$COPY"/ledger.db-shm
    for file in "$COPY"/ledger.db*; do
        same_copy "$file" "$STATE/.back.${file##*/}" || { rm -f "$STATE"/.back.*; return 1; }
    done
    sync -f "$STATE" || return 1
    # A log of the new form must not be played into the old one.
    rm -f "$STATE"/ledger.db-* || return 1
    for file in "$COPY"/ledger.db*; do
        mv "$STATE/.back.${file##*/}" "$STATE/${file##*/}" || return 1
    done
    sync -f "$STATE"
}

# This release and the one before stay; when the same was installed again, the newest other one.
forget_old() {
    local folder name kept=$2
    [ "$1" != "$2" ] || kept=$(find "$RELEASES" -mindepth 1 -maxdepth 1 -type d ! -name '.*' ! -name "$1" -printf '%T@ %f\n' |
        LC_ALL=C sort -rn | sed -n '1s/^[^ ]* //p')
    sync -f "$OPT"
    for folder in "$RELEASES"/*/ "$RELEASES"/.[!.]*/; do
        name=$(basename "$folder")
        case $name in "$1" | "$kept" | '*' | '.[!.]*') ;; *) rm -rf "${RELEASES:?}/$name" ;; esac
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

leave() {
    [ -z "${FROM:-}" ] || go_back
    rm -rf "${UNPACKED:-}"
}

# Sourced, it only brings its functions.
if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    need_root "$0"
    trap leave EXIT
    case ${1:-} in
        --recover) recover_at_start ;;
        *) main "$@" ;;
    esac
fi

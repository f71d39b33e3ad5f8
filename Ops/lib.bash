# SPDX-License-Identifier: EUPL-1.2
# shellcheck shell=bash
# What the scripts in this folder share: messages, and the installation of Debian packages.

readonly EX_UNAVAILABLE=69

say() { printf '%s\n' "$*" >&2; }

fail() {
    local code=$1
    shift
    say "$*"
    exit "$code"
}

# need COMMAND-OR-FILE=PACKAGE... installs the packages whose command or file is not there. A file may be a pattern.
need() {
    local pair missing=()
    for pair in "$@"; do
        local thing=${pair%%=*} package=${pair#*=}
        command -v "$thing" >/dev/null 2>&1 || compgen -G "$thing" >/dev/null || missing+=("$package")
    done
    if ((${#missing[@]} > 0)); then install_packages "${missing[@]}"; fi
}

install_packages() {
    local command="apt-get install --no-install-recommends $*" log
    if ((EUID != 0)); then fail "$EX_UNAVAILABLE" "Missing: $*. Run: sudo $command"; fi
    command -v apt-get >/dev/null 2>&1 || fail "$EX_UNAVAILABLE" "Missing: $*. There is no apt-get here; install them by hand."
    say "Installing $* ..."
    log=$(mktemp)
    if ! { apt-get update -qq && without_services apt-get install -y -qq --no-install-recommends "$@"; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        fail "$EX_UNAVAILABLE" "Not done: $command. Its last words are above, all of them in $log"
    fi
    rm -f "$log"
}

# The packages' own servers are not wanted: Debian asks this file whether it may start them.
without_services() {
    local policy=/usr/sbin/policy-rc.d code=0 ours=no
    if [[ ! -e $policy ]]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
        ours=yes
    fi
    DEBIAN_FRONTEND=noninteractive "$@" || code=$?
    if [[ $ours == yes ]]; then rm -f "$policy"; fi
    return "$code"
}

need_swift() {
    command -v swift >/dev/null 2>&1 \
        || fail "$EX_UNAVAILABLE" "No swift on PATH. Install Swift 6.2 or later (www.swift.org/install) and try again."
}

# Shows of the build's lines what a waiting person wants to see: errors, and how far it is, in steps of ten percent.
build_progress() {
    awk '
        /error:|^Build complete/ { print; fflush() }
        match($0, /^\[[0-9]+\/[0-9]+\]/) {
            split(substr($0, 2, RLENGTH - 2), count, "/")
            step = int(10 * count[1] / count[2])
            if (step != last && count[2] > 50) { printf "  %d of %d\n", count[1], count[2]; fflush(); last = step }
        }'
}

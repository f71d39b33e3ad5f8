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

# need COMMAND-OR-FILE=PACKAGE... installs the packages whose command or file is not there.
need() {
    local pair missing=()
    for pair in "$@"; do
        local thing=${pair%%=*} package=${pair#*=}
        [[ -e $thing ]] || command -v "$thing" >/dev/null 2>&1 || missing+=("$package")
    done
    ((${#missing[@]} == 0)) && return 0
    if ((EUID != 0)); then
        fail "$EX_UNAVAILABLE" "Missing: ${missing[*]}. As an administrator run: apt-get install ${missing[*]}"
    fi
    say "Installing ${missing[*]} ..."
    local log
    log=$(mktemp)
    if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } \
        >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        fail "$EX_UNAVAILABLE" "apt-get could not install ${missing[*]}; its last words are above, all of them in $log"
    fi
    rm -f "$log"
}

need_swift() {
    command -v swift >/dev/null 2>&1 \
        || fail "$EX_UNAVAILABLE" "No swift on PATH. Install Swift 6.1 or later (www.swift.org/install) and try again."
}

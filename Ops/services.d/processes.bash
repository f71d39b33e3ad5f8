# SPDX-License-Identifier: EUPL-1.2
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # Ops/services reads this file together with the ones beside it, and they share their variables.
# Processes: whose one is, whether it has ended, as whom one runs.

# is_process PID TEXT: whether PID lives and its command line holds TEXT. A stale pid may be somebody else's by now.
is_process() { [[ $1 =~ ^[0-9]+$ ]] && grep --quiet --text --fixed-strings -e "$2" "/proc/$1/cmdline" 2>/dev/null; }

# end_process PID TEXT SIGNAL...: sends each signal in turn until the process has ended, half a minute apart.
# A zombie counts as ended: its command line is empty.
end_process() {
    local pid=$1 text=$2 signal attempt
    shift 2
    for signal in "$@"; do
        kill "-$signal" "$pid" 2>/dev/null || true
        for ((attempt = 0; attempt < 300; attempt++)); do
            is_process "$pid" "$text" || return 0
            sleep 0.1
        done
    done
    return 1
}

# become USER: sets `identity` to the words that, put before a command, make USER run it. Only root changes user.
identity=()
become() {
    identity=()
    if ((EUID == 0)); then identity=(setpriv --reuid="$1" --regid="$1" --clear-groups --); fi
}

# A folder that only the server's user may read.
own_folder() {
    local folder=$1 user=$2
    mkdir -p "$folder"
    chmod 700 "$folder"
    if ((EUID == 0)); then chown -R "$user:$user" "$folder"; fi
}

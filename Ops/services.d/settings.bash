# SPDX-License-Identifier: EUPL-1.2
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # Ops/services reads this file together with the ones beside it, and they share their variables.
# What is chosen once for a checkout and then kept: ports, passwords, the folder of the data.

readonly state=$checkout/.local/services
readonly settings=$state/settings
readonly partners=(politie veilig-thuis rvdk om reclassering college)

# All that the file of settings holds; beside these one broker password for each partner.
made_for='' data='' node=''
superuser_password='' owner_password='' engine_password='' broker_engine_password='' broker_tester_password=''
postgres_port='' amqp_port='' amqps_port='' dist_port='' epmd_port='' management_port=''

random_hex() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

# free_ports COUNT: that many ports of the loopback address, all different.
free_ports() {
    python3 - "$1" <<'PY'
import socket, sys
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(int(sys.argv[1]))]
print(*(server.getsockname()[1] for server in held))
PY
}

port_is_free() {
    python3 - "$1" 2>/dev/null <<'PY'
import socket, sys
socket.create_server(("127.0.0.1", int(sys.argv[1])))
PY
}

partner_password_name() { echo "broker_${1//-/_}_password"; }

setting() { printf '%s=%q\n' "$1" "$2"; }

make_settings() {
    mkdir -p "$state"
    chmod 755 "$checkout/.local" "$state"
    discard_copied_state
    if [[ ! -e $settings ]]; then (umask 077 && write_settings >"$settings.new" && mv "$settings.new" "$settings"); fi
    local key
    for key in content household console; do
        if [[ ! -e $state/$key.key ]]; then (umask 077 && head -c 32 /dev/urandom | base64 >"$state/$key.key"); fi
    done
    load_settings
    add_partner_passwords
}

# A partner that came after the settings were made.
add_partner_passwords() {
    local partner name password
    for partner in "${partners[@]}"; do
        name=$(partner_password_name "$partner")
        if [[ -n ${!name-} ]]; then continue; fi
        password=$(random_hex 16)
        setting "$name" "$password" >>"$settings"
        printf -v "$name" '%s' "$password"
    done
}

write_settings() {
    local folder ports partner name
    folder=$(data_folder)
    ports=$(free_ports 6)
    read -r postgres_port amqp_port amqps_port dist_port epmd_port management_port <<<"$ports"
    setting made_for "$checkout"
    setting data "$folder"
    setting node "ketenroute-$(random_hex 4)@localhost"
    for name in superuser owner engine broker_engine broker_tester; do setting "${name}_password" "$(random_hex 16)"; done
    for partner in "${partners[@]}"; do setting "$(partner_password_name "$partner")" "$(random_hex 16)"; done
    for name in postgres amqp amqps dist epmd management; do
        local port=${name}_port
        setting "$port" "${!port}"
    done
}

load_settings() {
    made_here || fail 3 "The services have never been started here. Run: Ops/services start"
    # shellcheck source=/dev/null
    source "$settings"
}

# Whether there are settings, and not those of another checkout.
made_here() {
    [[ -e $settings ]] || return 1
    local made
    # shellcheck source=/dev/null
    made=$(source "$settings" && printf '%s' "$made_for")
    [[ $made == "$checkout" ]]
}

# A checkout that was copied or moved together with its state must not touch the servers of the place where that was made.
discard_copied_state() {
    [[ -e $settings ]] || return 0
    if made_here; then return 0; fi
    say "The state in $state came along from another checkout; starting with new, empty data."
    find "$state" -mindepth 1 -delete
}

# Whoever started the servers keeps them: under another user the files would become unreadable to one of the two.
require_own_state() {
    [[ ! -e $state || -O $state ]] \
        || fail "$EX_UNAVAILABLE" "The services of this checkout are those of $(stat -c %U "$state"). Run this as that user."
}

# The data lies in the checkout, unless a server's user cannot get there, or the path is too long for a socket (107 bytes),
# or holds what RabbitMQ's scripts would split.
data_folder() {
    local reason='' user
    for user in postgres rabbitmq; do
        become "$user"
        "${identity[@]}" test -x "$state" || reason="the user $user cannot enter $state; allow it with chmod o+x on each folder above"
    done
    if ((${#state} > 70)); then reason="the path $state is too long for a socket"; fi
    if [[ ! $state =~ ^[A-Za-z0-9._/+-]+$ ]]; then reason="RabbitMQ cannot use the path $state"; fi
    if [[ -z $reason ]]; then
        echo "$state/data"
        return
    fi
    local folder
    folder=$(mktemp -d "${TMPDIR:-/tmp}/ketenroute.XXXXXX")
    chmod 755 "$folder"
    say "The data goes to $folder: $reason."
    echo "$folder/data"
}

# Replaces a port that somebody else has taken meanwhile, and chooses one that older settings do not have.
refresh_port() {
    local name=$1 port
    if port_is_free "${!name}"; then return 0; fi
    port=$(free_ports 1)
    if grep --quiet "^$name=" "$settings"; then
        sed -i "s/^$name=.*/$name=$port/" "$settings"
    else
        setting "$name" "$port" >>"$settings"
    fi
    printf -v "$name" '%s' "$port"
}

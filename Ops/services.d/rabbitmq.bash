# SPDX-License-Identifier: EUPL-1.2
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # Ops/services reads this file together with the ones beside it, and they share their variables.
# The private RabbitMQ: own node, own cookie, own port mapper, loopback only. Users and permissions are its definitions,
# read at every start.

rabbitmq_sbin() { find /usr/lib/rabbitmq/lib -maxdepth 2 -type d -name sbin | sort -V | tail -n 1; }

# The scripts of the package itself, not the wrappers in /usr/sbin, which would change user and folders.
rabbitmq_run() {
    local script=$1 home=$data/rabbitmq
    shift
    become rabbitmq
    rabbitmq_command=(
        "${identity[@]}" env -i -C "$home" "HOME=$home" "PATH=$PATH" LANG=C.UTF-8
        "RABBITMQ_NODENAME=$node" "RABBITMQ_DIST_PORT=$dist_port" ERL_EPMD_ADDRESS=127.0.0.1 "ERL_EPMD_PORT=$epmd_port"
        "RABBITMQ_BASE=$home" "RABBITMQ_MNESIA_BASE=$home/mnesia" "RABBITMQ_LOG_BASE=$home/log" "RABBITMQ_PID_FILE=$home/pid"
        "RABBITMQ_CONFIG_FILE=$home/rabbitmq" "RABBITMQ_ADVANCED_CONFIG_FILE=$home/advanced.config"
        "RABBITMQ_ENABLED_PLUGINS_FILE=$home/enabled_plugins"
        # Schedulers that wait actively would take the processor from everything else on a small machine.
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none"
        "RABBITMQ_CTL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none"
        "$(rabbitmq_sbin)/$script" "$@"
    )
}

rabbitmqctl_private() {
    rabbitmq_run rabbitmqctl "$@"
    "${rabbitmq_command[@]}" 9>&-
}

rabbitmq_pid() {
    local pid
    pid=$(cat "$data/rabbitmq/pid" 2>/dev/null) && is_process "$pid" "$data/rabbitmq" && echo "$pid"
}

# One that an older version of this script started may not.
serves_tls() { grep --quiet '^listeners.ssl' "$data/rabbitmq/rabbitmq.conf" 2>/dev/null; }

management_is_on() { grep --quiet management "$data/rabbitmq/enabled_plugins" 2>/dev/null; }

# Returns at once; rabbitmq_wait waits. `launcher` is the server's script until its node has written a pid file.
rabbitmq_start() {
    local management=$1 name home=$data/rabbitmq
    if rabbitmq_pid >/dev/null; then return 0; fi
    rabbitmq_end_port_mapper
    for name in amqp_port amqps_port dist_port epmd_port management_port; do refresh_port "$name"; done
    mkdir -p "$home"
    rm -f "$home/pid"
    rabbitmq_configuration "$management" >"$home/rabbitmq.conf"
    rabbitmq_definitions >"$home/definitions.json"
    if [[ $management == yes ]]; then
        echo '[rabbitmq_auth_mechanism_ssl,rabbitmq_management].'
    else
        echo '[rabbitmq_auth_mechanism_ssl].'
    fi >"$home/enabled_plugins"
    echo '[].' >"$home/advanced.config"
    mkdir -p "$home/tls"
    cp "$certificates"/{authority.pem,server.pem,server.key} "$home/tls"
    own_folder "$home" rabbitmq
    rabbitmq_run rabbitmq-server
    setsid "${rabbitmq_command[@]}" >"$state/rabbitmq.out" 2>&1 </dev/null 9>&- &
    launcher=$!
}

rabbitmq_configuration() {
    cat <<CONF
listeners.tcp.local = 127.0.0.1:$amqp_port
load_definitions = $data/rabbitmq/definitions.json
listeners.ssl.local = 127.0.0.1:$amqps_port
ssl_options.cacertfile = $data/rabbitmq/tls/authority.pem
ssl_options.certfile = $data/rabbitmq/tls/server.pem
ssl_options.keyfile = $data/rabbitmq/tls/server.key
ssl_options.verify = verify_peer
ssl_options.fail_if_no_peer_cert = true
auth_mechanisms.1 = PLAIN
auth_mechanisms.2 = AMQPLAIN
auth_mechanisms.3 = EXTERNAL
ssl_cert_login_from = common_name
disk_free_limit.absolute = 50MB
heartbeat = 10
log.file.level = warning
CONF
    # Without the plugin its settings would be unknown.
    if [[ $1 == yes ]]; then
        printf 'management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = %s\n' "$management_port"
    fi
}

# A partner reads its own two queues and publishes to one exchange, under its own name only; it declares nothing.
rabbitmq_definitions() {
    local passwords="engine $broker_engine_password tester $broker_tester_password" partner name
    for partner in "${partners[@]}"; do
        name=$(partner_password_name "$partner")
        passwords+=" $partner ${!name}"
    done
    # By environment: everybody may read a command line.
    PASSWORDS=$passwords python3 - "${partners[@]}" <<'PY'
import json, os, sys

partners = sys.argv[1:]
words = os.environ["PASSWORDS"].split()
passwords = dict(zip(words[::2], words[1::2]))


def user(name, *tags):
    return {"name": name, "password": passwords[name], "tags": list(tags)}


def permission(name, vhost, configure=".*", write=".*", read=".*"):
    return {"user": name, "vhost": vhost, "configure": configure, "write": write, "read": read}


def topic(name, vhost):
    return {"user": name, "vhost": vhost, "exchange": "ketenroute.van-partners",
            "write": rf"^(acute|routine)\.{name}\.", "read": "^$"}


# Where a whole chain runs: the one that people use, and one for tests that start and kill its processes.
chains = ["ketenroute", "ketenroute-chain-test"]

print(json.dumps({
    "vhosts": [{"name": name} for name in chains + ["ketenroute-test"]],
    "users": [user("engine"), user("tester", "administrator")] + [user(name) for name in partners],
    "permissions": [permission(name, vhost) for vhost in chains for name in ("engine", "tester")]
    + [permission("tester", "ketenroute-test")]
    + [permission(name, vhost, "^$", r"^ketenroute\.van-partners$", rf"^partner\.{name}\.(acute|routine)$")
       for vhost in chains for name in partners],
    "topic_permissions": [topic(name, vhost) for vhost in chains for name in partners],
}, indent=2))
PY
}

rabbitmq_wait() {
    local deadline=$((SECONDS + 120))
    while ((SECONDS < deadline)); do
        if rabbitmqctl_private --quiet await_startup --timeout 30 >/dev/null 2>&1; then return 0; fi
        if [[ -n $launcher && ! -d /proc/$launcher ]]; then break; fi
        sleep 0.2
    done
    tail -n 20 "$state/rabbitmq.out" >&2 || true
    fail "$EX_UNAVAILABLE" "RabbitMQ does not start; its last words are above"
}

rabbitmq_stop() {
    local pid
    if [[ -n $launcher ]]; then end_process "$launcher" "$(rabbitmq_sbin)" TERM || true; fi
    if pid=$(rabbitmq_pid); then
        end_process "$pid" "$data/rabbitmq" TERM KILL || fail "$EX_SOFTWARE" "RabbitMQ (pid $pid) does not stop"
    fi
    rabbitmq_end_port_mapper
}

# The port mapper was started by our node, on a port of our own; it has nobody else. Its home tells it from other mappers.
rabbitmq_end_port_mapper() {
    local process pid
    for process in /proc/[0-9]*; do
        pid=${process#/proc/}
        [[ $(cat "$process/comm" 2>/dev/null) == epmd ]] || continue
        grep --quiet --text --fixed-strings --line-regexp --null-data -e "HOME=$data/rabbitmq" "$process/environ" 2>/dev/null || continue
        end_process "$pid" epmd TERM KILL || say "The Erlang port mapper (pid $pid) does not stop"
    done
}

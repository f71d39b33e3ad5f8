# SPDX-License-Identifier: EUPL-1.2
# shellcheck shell=bash
# The whole chain for a benchmark: private services, a database of its own, engines and partners of the release build. A script
# sources this file, calls what it needs and ends; everything that was started here is stopped then.

readonly bin=${KETENROUTE_BENCH_BIN:?is set by Ops/bench}
readonly chain=Ops/bench.d/chain
readonly vhost=ketenroute-chain-test
started_services=no
processes=()
engines=()
partners=()

finish() {
    local pid
    for pid in "${processes[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
    for pid in "${processes[@]}"; do wait "$pid" 2>/dev/null || true; done
    if [[ $started_services == yes ]]; then Ops/services stop; fi
}
trap finish EXIT

# start_services WORKFLOW-FILE: an empty database with that workflow, and an empty broker.
start_services() {
    local variables workflow=$1
    Ops/services status >/dev/null 2>&1 || started_services=yes
    Ops/services start >&2
    variables=$(Ops/services env)
    eval "$variables"
    "$KETENROUTE_PSQL" --dbname=postgres --command='drop database if exists ketenroute_bench with (force)' \
        --command='create database ketenroute_bench owner ketenroute_owner' 2>/dev/null
    KETENROUTE_DATABASE_URL=${KETENROUTE_DATABASE_URL%/*}/ketenroute_bench
    KETENROUTE_DATABASE_OWNER_URL=${KETENROUTE_DATABASE_OWNER_URL%/*}/ketenroute_bench
    KETENROUTE_BROKER_URL=${KETENROUTE_BROKER_URL%/*}/$vhost
    KETENROUTE_INTAKE_WORKFLOWS=$(sed -n 's/^workflow: //p' "$workflow")
    export KETENROUTE_DATABASE_URL KETENROUTE_DATABASE_OWNER_URL KETENROUTE_BROKER_URL KETENROUTE_INTAKE_WORKFLOWS
    "$bin/ketenroute" db migrate >&2
    "$bin/ketenroute" workflow publish "$workflow" >&2
    # What an earlier run has left would be answered now. Declared again by whoever connects first.
    "$KETENROUTE_RABBITMQCTL" --quiet eval \
        "[rabbit_amqqueue:delete(Queue, false, false, <<\"bench\">>) || Queue <- rabbit_amqqueue:list(<<\"$vhost\">>)]." >/dev/null
}

start_engine() {
    "$bin/ketenroute" engine &
    processes+=("$!")
    engines+=("$!")
}

# start_partner ROLE OIN [DESK]
start_partner() {
    local role=$1 oin=$2 desk=${3:-$1} variable
    variable=KETENROUTE_PARTNER_${role^^}_BROKER_URL
    variable=${variable//-/_}
    "$bin/ketenroute-partner" --partner "$role" --oin "$oin" --desk "auto:$chain/desks/$desk.json" --broker "${!variable%/*}/$vhost" &
    processes+=("$!")
    partners+=("$!")
}

# start_partners DESK-OF-RECLASSERING
start_partners() {
    start_partner politie 00000099000000001000
    start_partner veilig-thuis 00000099000000002000
    start_partner rvdk 00000099000000003000
    start_partner om 00000099000000004000
    start_partner reclassering 00000099000000005000 "$1"
}

# Who takes processor time, for ketenroute-bench.
name_processes() {
    local IFS=,
    KETENROUTE_BENCH_PROCESSES="engine=${engines[*]} partners=${partners[*]} postgresql=$(server_pid PostgreSQL) rabbitmq=$(server_pid RabbitMQ)"
    export KETENROUTE_BENCH_PROCESSES
}

server_pid() { Ops/services status | sed -n "s/^$1 runs: pid \\([0-9]*\\).*/\\1/p"; }

memory() { printf '%-44s%9.1f MB\n' "$1" "$(awk '/^VmRSS/ { print $2 / 1024 }' "/proc/$2/status")"; }

# reference SECONDS FILE: runs the program in KETENROUTE_BENCH_REFERENCE, where there is one, against the same servers. It gets REF_PG
# (a conninfo), REF_AMQP_PORT, REF_AMQP_USER, REF_AMQP_PASSWORD and REF_AMQP_VHOST, and prints one line a load.
reference() {
    [[ -n ${KETENROUTE_BENCH_REFERENCE:-} ]] || return 0
    local database=${KETENROUTE_DATABASE_OWNER_URL#*://} broker=${KETENROUTE_TEST_BROKER_URL#*://} user password host
    IFS=':@/' read -r user password host port _ <<<"$database"
    local conninfo="host=$host port=$port user=$user password=$password dbname=ketenroute_bench"
    IFS=':@/' read -r user password _ port vhost_name <<<"$broker"
    REF_PG=$conninfo REF_AMQP_PORT=$port REF_AMQP_USER=$user REF_AMQP_PASSWORD=$password REF_AMQP_VHOST=$vhost_name \
        "$KETENROUTE_BENCH_REFERENCE" "$1" | tee "$2" >&2
    export KETENROUTE_BENCH_REFERENCE_OUTPUT=$2
}

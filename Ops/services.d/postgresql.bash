# SPDX-License-Identifier: EUPL-1.2
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # Ops/services reads this file together with the ones beside it, and they share their variables.
# The private PostgreSQL: own data folder, loopback only, passwords always.

postgres_bin() { find /usr/lib/postgresql/*/bin -name postgres -printf '%h\n' | sort -V | tail -n 1; }

postgres_pid() {
    local pid
    pid=$(head -n 1 "$data/postgres/postmaster.pid" 2>/dev/null) && is_process "$pid" "$data/postgres" && echo "$pid"
}

# Returns when it answers.
postgres_start() {
    if postgres_pid >/dev/null; then return 0; fi
    refresh_port postgres_port
    own_folder "$data/postgres" postgres
    if [[ ! -e $data/postgres/PG_VERSION ]]; then postgres_initialize; fi
    postgres_configuration >"$data/postgres/postgresql.conf"

    local attempt
    become postgres
    # After a crash the old server's last child may hold its shared memory for a moment longer.
    for ((attempt = 0; attempt < 3; attempt++)); do
        "${identity[@]}" env -C "$data/postgres" "$(postgres_bin)/pg_ctl" --pgdata="$data/postgres" \
            --log="$data/postgres/server.log" --wait --timeout=90 start >"$state/pg_ctl.log" 2>&1 9>&- && return 0
        sleep 1
    done
    tail -n 20 "$data/postgres/server.log" >&2 || true
    fail "$EX_UNAVAILABLE" "PostgreSQL does not start; its last words are above"
}

postgres_initialize() {
    local password=$data/postgres.password code=0
    (umask 077 && printf '%s\n' "$superuser_password" >"$password")
    if ((EUID == 0)); then chown postgres "$password"; fi
    become postgres
    "${identity[@]}" env -C "$data/postgres" "$(postgres_bin)/initdb" --pgdata="$data/postgres" --username=postgres \
        --pwfile="$password" --auth=scram-sha-256 --data-checksums --encoding=UTF8 --locale=C.UTF-8 \
        >"$state/initdb.log" 2>&1 || code=$?
    rm -f "$password"
    ((code == 0)) || fail "$EX_SOFTWARE" "initdb failed; see $state/initdb.log"
}

postgres_configuration() {
    cat <<CONF
# Written by Ops/services at each start.
listen_addresses = '127.0.0.1'
port = $postgres_port
unix_socket_directories = '$data/postgres'
password_encryption = 'scram-sha-256'
max_connections = 200
shared_buffers = 512MB
fsync = on
synchronous_commit = on
full_page_writes = on
# Cheaper than the default by far, and nearly as small.
wal_compression = lz4
# A checkpoint makes every page go to the log whole once more: not every half minute of a busy time.
max_wal_size = 4GB
checkpoint_timeout = 15min
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%a '
# Statements carry sealed content only, but none of it belongs in a log.
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
CONF
}

psql_superuser() {
    PGPASSWORD=$superuser_password "$(postgres_bin)/psql" --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --host=127.0.0.1 \
        --port="$postgres_port" --username=postgres "$@"
}

# Roles and databases; what each role may do inside is granted by the migrations.
postgres_provision() {
    psql_superuser --dbname=postgres >/dev/null <<SQL
set client_min_messages = warning;
select format('create role %I login', name)
  from unnest(array['ketenroute_owner', 'ketenroute_engine']) as wanted (name)
 where not exists (select from pg_roles where rolname = name) \gexec
alter role ketenroute_owner with createdb password '$owner_password';
alter role ketenroute_engine with password '$engine_password';
grant pg_signal_backend to ketenroute_owner;
select format('create database %I owner ketenroute_owner', name)
  from unnest(array['ketenroute', 'ketenroute_test']) as wanted (name)
 where not exists (select from pg_database where datname = name) \gexec
revoke all on database ketenroute from public;
grant connect on database ketenroute to ketenroute_engine;
SQL
}

postgres_stop() {
    local pid
    pid=$(postgres_pid) || return 0
    # INT: clients are sent away and everything is written. QUIT: recovery at the next start.
    end_process "$pid" "$data/postgres" INT QUIT || fail "$EX_SOFTWARE" "PostgreSQL (pid $pid) does not stop"
}

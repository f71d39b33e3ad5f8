-- SPDX-License-Identifier: EUPL-1.2
-- The system of record. Every table that belongs to a case has the case in its primary key, so that cases can be spread over
-- machines. Personal content is in `content` alone, sealed; all else is registration.

create table workflow_version (
    name         text        not null,
    version      integer     not null check (version > 0),
    digest       bytea       not null check (octet_length(digest) = 32),
    definition   text        not null,
    published_at timestamptz not null default now(),
    published_by text        not null default session_user,
    primary key (name, version)
);

-- The only row that every step changes: small, with room on its page for the next version of itself.
create table cases (
    case_id       uuid        primary key,
    workflow      text        not null,
    version       integer     not null,
    status        text        not null check (status in ('open', 'held', 'closed')),
    revision      bigint      not null check (revision > 0),
    state         jsonb       not null,
    chain_head    bytea       not null check (octet_length(chain_head) = 32),
    safety_holder text,
    created_at    timestamptz not null,
    updated_at    timestamptz not null,
    foreign key (workflow, version) references workflow_version (name, version)
) with (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);

create index cases_open on cases (created_at) where status <> 'closed';

-- What happened, numbered per case without a gap, each event bound to the one before it by its digest.
create table event (
    case_id        uuid        not null,
    number         bigint      not null check (number > 0),
    recorded_at    timestamptz not null,
    kind           text        not null check (kind in ('report', 'message', 'deadline')),
    name           text        not null,
    sender         text,
    source         text,
    message_id     text,
    assignment     integer,
    data           jsonb       not null,
    content_digest bytea       check (octet_length(content_digest) = 32),
    configuration  jsonb       not null,
    effects        jsonb       not null,
    previous       bytea       not null check (octet_length(previous) = 32),
    digest         bytea       not null check (octet_length(digest) = 32),
    primary key (case_id, number, recorded_at)
) partition by range (recorded_at);

-- Takes what no month's partition takes, so that a forgotten one never stops a case.
create table event_default partition of event default;

-- Makes the partitions of this month and those that follow. Runs as the owner, because the engine may not create tables.
create function ensure_event_partitions(months integer) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    first date := date_trunc('month', now())::date;
begin
    for ahead in 0..months loop
        execute format(
            'create table if not exists public.event_%s partition of public.event for values from (%L) to (%L)',
            to_char(first + make_interval(months => ahead), 'YYYY_MM'),
            first + make_interval(months => ahead), first + make_interval(months => ahead + 1));
    end loop;
end $$;

create table report (
    case_id     uuid        not null,
    number      integer     not null check (number > 0),
    sender      text        not null,
    reference   text        not null,
    received_at timestamptz not null,
    is_acute    boolean     not null,
    digest      bytea       not null check (octet_length(digest) = 32),
    primary key (case_id, number)
);

create table person (
    case_id     uuid    not null,
    number      integer not null check (number > 0),
    role        text    not null,
    primary key (case_id, number)
);

create table assignment (
    case_id      uuid        not null,
    number       integer     not null check (number > 0),
    task         text        not null,
    state        text        not null,
    partner      text        not null,
    organisation text        not null,
    lane         text        not null check (lane in ('acute', 'routine')),
    status       text        not null check (status in ('open', 'taken', 'answered', 'withdrawn', 'refused', 'parked')),
    attempt      integer     not null check (attempt > 0),
    token        text        not null,
    opened_at    timestamptz not null,
    taken_at     timestamptz,
    -- When it is handed out again, unless the partner takes it or shows that it is still at work.
    retry_at     timestamptz not null,
    ended_at     timestamptz,
    primary key (case_id, number)
) with (fillfactor = 70);

create index assignment_retry on assignment (lane, retry_at) where status in ('open', 'taken');
create index assignment_partner on assignment (partner, status) where status in ('open', 'taken');

create table deadline (
    case_id     uuid        not null,
    number      integer     not null check (number > 0),
    state       text        not null,
    due_at      timestamptz not null,
    computation text,
    status      text        not null check (status in ('open', 'fired', 'cancelled')),
    primary key (case_id, number)
);

create index deadline_due on deadline (due_at) where status = 'open';

-- Committed, but not yet confirmed by the broker. Empty when idle.
create table outbox (
    case_id       uuid        not null,
    message_id    uuid        not null,
    lane          text        not null check (lane in ('acute', 'routine')),
    routing_key   text        not null,
    sealed        bytea       not null,
    created_at    timestamptz not null,
    -- Until then somebody is at it.
    claimed_until timestamptz not null,
    primary key (case_id, message_id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);

create index outbox_claim on outbox (lane, claimed_until);

-- What has been applied already, and what its sender was told.
create table inbox (
    source      text        not null,
    message_id  text        not null,
    digest      bytea       not null check (octet_length(digest) = 32),
    case_id     uuid,
    outcome     jsonb       not null,
    received_at timestamptz not null,
    primary key (source, message_id)
);

-- A key for every person in every case; destroying it destroys all that was sealed with it.
create table content_key (
    case_id      uuid        not null,
    subject      text        not null,
    wrapped      bytea,
    created_at   timestamptz not null,
    destroyed_at timestamptz,
    primary key (case_id, subject),
    check ((wrapped is null) = (destroyed_at is not null))
);

create table content (
    case_id     uuid        not null,
    subject     text        not null,
    name        text        not null,
    sealed      bytea       not null,
    recorded_at timestamptz not null,
    primary key (case_id, subject, name)
);

-- One row for each person in each disclosure, in the transaction that discloses.
create table disclosure (
    case_id      uuid        not null,
    message_id   uuid        not null,
    subject      text        not null,
    assignment   integer,
    receiver     text        not null,
    groups       text[]      not null,
    purpose      text        not null check (purpose <> ''),
    legal_basis  text        not null check (legal_basis <> ''),
    disclosed_at timestamptz not null,
    primary key (case_id, message_id, subject)
);

-- What the engine cannot settle itself. The same cause again raises the count.
create table incident (
    fingerprint text        not null,
    opened_at   timestamptz not null,
    kind        text        not null,
    case_id     uuid,
    detail      text        not null,
    count       integer     not null default 1,
    last_at     timestamptz not null,
    closed_at   timestamptz,
    closed_by   text,
    primary key (fingerprint, opened_at)
);

create unique index incident_open on incident (fingerprint) where closed_at is null;

create table operator_action (
    action_id uuid        primary key,
    operator  text        not null,
    action    text        not null,
    case_id   uuid,
    reason    text        not null,
    before    jsonb       not null,
    after     jsonb       not null,
    taken_at  timestamptz not null
);

-- The role that runs: what is history to the owner is history to it as well.
grant usage on schema public to ketenroute_engine;
grant select, insert, update, delete on
    cases, report, person, assignment, deadline, outbox, inbox, content_key, content, incident to ketenroute_engine;
grant select, insert on workflow_version, event, disclosure, operator_action to ketenroute_engine;
grant execute on function ensure_event_partitions (integer) to ketenroute_engine;

select ensure_event_partitions(3);

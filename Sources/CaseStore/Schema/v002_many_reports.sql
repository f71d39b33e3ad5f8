-- SPDX-License-Identifier: EUPL-1.2
-- Many reports, one case: by what a household is known again, what the makers of reports were told, which cases belong together.

-- Keyed digests of identifiers. Without the key, which is never here, nobody can tell from them who is meant, or try numbers until
-- one fits.
create table household_key (
    case_id uuid    not null,
    person  integer not null check (person > 0),
    kind    text    not null,
    digest  bytea   not null check (octet_length(digest) = 32),
    primary key (case_id, person, kind, digest)
);

create index household_key_digest on household_key (digest);

-- Cases that a new case's household was in before, or is in under another workflow.
create table related_case (
    case_id      uuid not null,
    related_case uuid not null,
    primary key (case_id, related_case),
    check (case_id <> related_case)
);

-- Whoever reported in this role is told in this role, whatever the directory says of him later.
alter table report add column role text;
update report
   set role = coalesce((select event.sender from event where event.case_id = report.case_id and event.number = 1), 'politie');
alter table report alter column role set not null;

-- What a report's maker was told: once for each report and code.
create table feedback (
    case_id    uuid        not null,
    report     integer     not null check (report > 0),
    what       text        not null,
    message_id uuid        not null,
    told_at    timestamptz not null,
    primary key (case_id, report, what)
);

grant select, insert, update, delete on household_key to ketenroute_engine;
grant select, insert on related_case, feedback to ketenroute_engine;

-- SPDX-License-Identifier: EUPL-1.2
-- What a busy system needs: a term that cannot pass now waits, and every table that changes much is vacuumed by a rule of its own.

-- A term whose case cannot go on is looked at again then, so that it never holds up the terms behind it.
alter table deadline add column look_at timestamptz;
drop index deadline_due;
create index deadline_look on deadline (coalesce(look_at, due_at)) where status = 'open';

-- Nobody asks by partner and status alone, and every question paid for the index twice.
drop index assignment_partner;

-- Vacuum by a share of a table comes ever more rarely as the table grows, while what dies in it comes from the open cases, whose
-- number does not. So: after so many dead rows, whatever the size. Without a pause, because a queue that is vacuumed too slowly is
-- read ever more slowly (the default pauses 2 ms every few pages).
alter table cases set (
    -- Every step leaves a dead version, most of them on the page of the new one and cleaned up by the next reader.
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0);
alter table assignment set (
    -- Opened and ended: two versions of each, and both of its states are in the index of what is open.
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0);
alter table deadline set (
    fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0);
-- Emptied as fast as it is filled: dead rows and nothing else. Vacuum cuts off the empty end only where nobody waits for the table.
alter table outbox set (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0,
    autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000000);
-- Only ever inserted into: vacuum marks pages all-visible and freezes them in portions, not everything at once years later.
alter table inbox set (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 200000);
alter table disclosure set (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 200000);
alter table content set (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 200000);

-- Sealed bytes do not compress. A message of a few kilobytes stays in its row: put aside in pieces, each would be written, indexed and
-- deleted for itself.
alter table outbox alter column sealed set storage external, set (toast_tuple_target = 8160);
alter table content alter column sealed set storage external, set (toast_tuple_target = 8160);

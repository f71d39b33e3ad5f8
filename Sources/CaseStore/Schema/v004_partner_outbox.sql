-- SPDX-License-Identifier: EUPL-1.2
-- Messages to partners that belong to no case: refusals of what could not be brought to one. They say what was wrong with a message and
-- nothing about anybody, so there is nothing to seal.

create table partner_outbox (
    message_id    uuid        primary key,
    lane          text        not null check (lane in ('acute', 'routine')),
    routing_key   text        not null,
    body          bytea       not null,
    created_at    timestamptz not null,
    -- Until then somebody is at it.
    claimed_until timestamptz not null
);

create index partner_outbox_claim on partner_outbox (lane, claimed_until);

grant select, insert, update, delete on partner_outbox to ketenroute_engine;

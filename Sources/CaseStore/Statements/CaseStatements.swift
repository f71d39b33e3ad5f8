// SPDX-License-Identifier: EUPL-1.2

import PostgreSQL

/// Reading and writing cases. Writes take arrays, so that a batch of any size is one statement a table.
enum CaseStatements {
    /// In the order of their identifiers, so that two batches that share cases never wait for each other in a ring.
    static let lock = Statement(
        "case_lock",
        """
        select case_id, workflow, version, revision, state, chain_head
          from cases
         where case_id = any ($1)
         order by case_id
           for update
        """)

    static let insert = Statement(
        "case_insert",
        """
        insert into cases (case_id, workflow, version, status, revision, state, chain_head, safety_holder, created_at, updated_at)
        select new.case_id, new.workflow, new.version, new.status, new.revision, new.state::jsonb, new.chain_head,
               new.safety_holder, new.at, new.at
          from unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::bigint[], $6::text[], $7::bytea[], $8::text[], $9::timestamptz[])
            as new (case_id, workflow, version, status, revision, state, chain_head, safety_holder, at)
        """)

    /// The revision that was read is asked for again, although the row is locked: nobody may write who has not read.
    static let update = Statement(
        "case_update",
        """
        update cases as stored
           set status = new.status, revision = new.revision, state = new.state::jsonb, chain_head = new.chain_head,
               safety_holder = new.safety_holder, updated_at = new.at
          from unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::bytea[], $7::text[], $8::timestamptz[])
            as new (case_id, status, revision_read, revision, state, chain_head, safety_holder, at)
         where stored.case_id = new.case_id
           and stored.revision = new.revision_read
        """)

    static let insertEvents = Statement(
        "event_insert",
        """
        insert into event (case_id, number, recorded_at, kind, name, sender, source, message_id, assignment, data, content_digest,
                           configuration, effects, previous, digest)
        select new.case_id, new.number, new.recorded_at, new.kind, new.name, new.sender, new.source, new.message_id, new.assignment,
               new.data::jsonb, new.content_digest, new.configuration::jsonb, new.effects::jsonb, new.previous, new.digest
          from unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[],
                      $10::text[], $11::bytea[], $12::text[], $13::text[], $14::bytea[], $15::bytea[])
            as new (case_id, number, recorded_at, kind, name, sender, source, message_id, assignment, data, content_digest,
                    configuration, effects, previous, digest)
        """)

    static let ensurePartitions = Statement("event_partitions", "select ensure_event_partitions($1)")

    static let events = Statement(
        "event_list",
        """
        select case_id, number, recorded_at, kind, name, sender, source, message_id, assignment, data, content_digest, configuration,
               effects, previous, digest
          from event
         where case_id = $1
         order by number
        """)

    static let list = Statement(
        "case_list",
        """
        select case_id, workflow, version, status, revision, state, safety_holder, created_at, updated_at
          from cases
         order by created_at desc
         limit $1
        """)

    static let show = Statement(
        "case_show",
        """
        select case_id, workflow, version, status, revision, state, chain_head, safety_holder, created_at, updated_at
          from cases
         where case_id = $1
        """)
}

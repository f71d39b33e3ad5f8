// SPDX-License-Identifier: EUPL-1.2

import PostgreSQL

/// Questions, terms, and what is on its way in and out.
enum WorkStatements {
    // MARK: Assignments

    static let insertAssignments = Statement(
        "assignment_insert",
        """
        insert into assignment (case_id, number, task, state, partner, organisation, lane, status, attempt, token, opened_at, retry_at)
        select new.case_id, new.number, new.task, new.state, new.partner, new.organisation, new.lane, 'open', new.attempt, new.token,
               new.opened_at, new.retry_at
          from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[], $9::text[],
                      $10::timestamptz[], $11::timestamptz[])
            as new (case_id, number, task, state, partner, organisation, lane, attempt, token, opened_at, retry_at)
        """)

    static let endAssignments = Statement(
        "assignment_end",
        """
        update assignment as stored
           set status = ended.status, ended_at = ended.at
          from unnest($1::uuid[], $2::int[], $3::text[], $4::timestamptz[]) as ended (case_id, number, status, at)
         where stored.case_id = ended.case_id
           and stored.number = ended.number
        """)

    static let openAssignments = Statement(
        "assignment_open",
        """
        select case_id, number, partner, token
          from assignment
         where case_id = any ($1)
           and status in ('open', 'taken')
        """)

    /// A partner has the question, or still has it. A token of an earlier hand-out changes nothing.
    static let extendLeases = Statement(
        "assignment_extend",
        """
        update assignment as stored
           set status = 'taken', taken_at = coalesce(stored.taken_at, lease.at), retry_at = lease.until
          from unnest($1::uuid[], $2::int[], $3::text[], $4::timestamptz[], $5::timestamptz[])
            as lease (case_id, number, token, at, until)
         where stored.case_id = lease.case_id
           and stored.number = lease.number
           and stored.token = lease.token
           and stored.status in ('open', 'taken')
        """)

    /// Questions that nobody took, or whose worker has fallen silent.
    static let claimRetries = Statement(
        "assignment_claim_retries",
        """
        select case_id
          from assignment
         where lane = $1
           and retry_at <= $2
           and status in ('open', 'taken')
         order by retry_at
         limit $3
        """)

    static let handOutAgain = Statement(
        "assignment_hand_out_again",
        """
        update assignment
           set status = 'open', attempt = $3, token = $4, retry_at = $5, taken_at = null, organisation = $6
         where case_id = $1
           and number = $2
        """)

    static let bringForward = Statement(
        "assignment_bring_forward",
        """
        update assignment
           set retry_at = $2
         where organisation = any ($1)
           and status in ('open', 'taken')
           and retry_at > $2
        """)

    static let postponeRetry = Statement(
        "assignment_postpone_retry", "update assignment set retry_at = $3 where case_id = $1 and number = $2")

    /// Questions that nobody has taken, as though their time had come: whatever carried them is gone. Those whose message is still in
    /// the outbox have not been carried yet.
    static let askAgain = Statement(
        "assignment_ask_again",
        """
        update assignment as stored
           set retry_at = $1
         where status = 'open'
           and retry_at > $1
           and not exists (select
                             from outbox
                             join disclosure using (case_id, message_id)
                            where outbox.case_id = stored.case_id
                              and disclosure.assignment = stored.number)
        """)

    static let dueAssignments = Statement(
        "assignment_due",
        """
        select number, task, state, partner, organisation, lane, attempt
          from assignment
         where case_id = $1
           and retry_at <= $2
           and status in ('open', 'taken')
        """)

    // MARK: Terms

    static let insertDeadlines = Statement(
        "deadline_insert",
        """
        insert into deadline (case_id, number, state, due_at, computation, status)
        select new.*, 'open' from unnest($1::uuid[], $2::int[], $3::text[], $4::timestamptz[], $5::text[]) as new
        """)

    static let endDeadlines = Statement(
        "deadline_end",
        """
        update deadline as stored
           set status = ended.status
          from unnest($1::uuid[], $2::int[], $3::text[]) as ended (case_id, number, status)
         where stored.case_id = ended.case_id
           and stored.number = ended.number
        """)

    static let due = Statement(
        "deadline_due",
        """
        select case_id, number
          from deadline
         where status = 'open'
           and coalesce(look_at, due_at) <= $1
         order by coalesce(look_at, due_at)
         limit $2
        """)

    static let postponeTerms = Statement(
        "deadline_postpone",
        """
        update deadline as stored
           set look_at = $3
          from unnest($1::uuid[], $2::int[]) as stuck (case_id, number)
         where stored.case_id = stuck.case_id
           and stored.number = stuck.number
           and stored.status = 'open'
        """)

    // MARK: The way in

    static let seen = Statement(
        "inbox_seen",
        """
        select entry.source, entry.message_id, entry.digest, entry.case_id, entry.outcome
          from unnest($1::text[], $2::text[]) as asked (source, message_id)
          join inbox as entry using (source, message_id)
        """)

    static let remember = Statement(
        "inbox_insert",
        """
        insert into inbox (source, message_id, digest, case_id, outcome, received_at)
        select new.source, new.message_id, new.digest, new.case_id, new.outcome::jsonb, new.received_at
          from unnest($1::text[], $2::text[], $3::bytea[], $4::uuid[], $5::text[], $6::timestamptz[])
            as new (source, message_id, digest, case_id, outcome, received_at)
        """)

    // MARK: The way out

    static let send = Statement(
        "outbox_insert",
        """
        insert into outbox (case_id, message_id, lane, routing_key, sealed, created_at, claimed_until)
        select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bytea[], $6::timestamptz[], $7::timestamptz[])
        """)

    /// Messages whose sender has died or is not the one who committed them. Rows that another engine is at are passed over. While
    /// somebody holds a snapshot, what was sent long ago is still met on the way; $5 says from where on to look.
    static let claim = Statement(
        "outbox_claim",
        """
        update outbox as stored
           set claimed_until = $3
          from (select case_id, message_id
                  from outbox
                 where lane = $1
                   and claimed_until <= $2
                   and claimed_until > $5
                 order by claimed_until
                 limit $4
                   for update skip locked) as free
         where stored.case_id = free.case_id
           and stored.message_id = free.message_id
        returning stored.case_id, stored.message_id, stored.lane, stored.routing_key, stored.sealed
        """)

    static let announce = Statement("outbox_announce", "select pg_notify($1, $2)")

    /// For this transaction alone.
    static let withoutWaitingForDisk = Statement("commit_later", "select set_config('synchronous_commit', 'off', true)")

    static let confirmed = Statement(
        "outbox_delete",
        """
        delete from outbox as stored
         using unnest($1::uuid[], $2::uuid[]) as sent (case_id, message_id)
         where stored.case_id = sent.case_id
           and stored.message_id = sent.message_id
        """)

    static let disclose = Statement(
        "disclosure_insert",
        """
        insert into disclosure (case_id, message_id, subject, assignment, receiver, groups, purpose, legal_basis, disclosed_at)
        select new.case_id, new.message_id, new.subject, new.assignment, new.receiver, string_to_array(new.groups, ','), new.purpose,
               new.legal_basis, new.disclosed_at
          from unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[])
            as new (case_id, message_id, subject, assignment, receiver, groups, purpose, legal_basis, disclosed_at)
        """)

    // MARK: Sealed content

    static let keys = Statement(
        "content_keys", "select case_id, subject, wrapped from content_key where case_id = any ($1) and wrapped is not null")

    static let insertKeys = Statement(
        "content_key_insert",
        """
        insert into content_key (case_id, subject, wrapped, created_at)
        select * from unnest($1::uuid[], $2::text[], $3::bytea[], $4::timestamptz[])
        """)

    static let contents = Statement(
        "content_read", "select case_id, subject, name, sealed from content where case_id = any ($1) and name = any ($2)")

    static let insertContents = Statement(
        "content_insert",
        """
        insert into content (case_id, subject, name, sealed, recorded_at)
        select * from unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::timestamptz[])
        """)

    // MARK: Incidents

    static let incident = Statement(
        "incident_open",
        """
        insert into incident (fingerprint, opened_at, kind, case_id, detail, last_at)
        values ($1, $2, $3, $4, $5, $2)
            on conflict (fingerprint) where closed_at is null
            do update set count = incident.count + 1, last_at = excluded.last_at, detail = excluded.detail
        """)

    static let incidents = Statement(
        "incident_list",
        """
        select fingerprint, kind, case_id, detail, count, opened_at, last_at
          from incident
         where closed_at is null
         order by last_at desc
         limit $1
        """)

    // MARK: Workflow versions

    static let publish = Statement(
        "workflow_publish",
        "insert into workflow_version (name, version, digest, definition) values ($1, $2, $3, $4) on conflict do nothing")

    static let workflow = Statement(
        "workflow_read", "select digest, definition from workflow_version where name = $1 and version = $2")

    static let versionsInUse = Statement(
        "workflow_in_use", "select distinct workflow, version from cases where status <> 'closed'")

    static let published = Statement(
        "workflow_published", "select name, version from workflow_version where name = any ($1) order by name, version desc")
}

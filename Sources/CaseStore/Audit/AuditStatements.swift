// SPDX-License-Identifier: EUPL-1.2

import PostgreSQL

/// Questions to the whole of the store. Each gives one row for everything that breaks an invariant, `case_id` and `detail`, and reads
/// whole tables at once: a million cases are some seconds.
enum AuditStatements {
    // MARK: N1

    /// - Parameter: workflow, version and state of every state in which an event from outside moves a case.
    static let nothingAwaited = Statement(
        "audit_nothing_awaited",
        """
        with idle as materialized (
            select stored.case_id, stored.workflow, stored.version, stored.state -> 'configuration' as configuration
              from cases as stored
             where stored.status = 'open'
               and not exists (select from assignment where assignment.case_id = stored.case_id and assignment.status in ('open', 'taken'))
               and not exists (select from deadline where deadline.case_id = stored.case_id and deadline.status = 'open')
        )
        select idle.case_id, 'is open and waits for nothing: no question, no term, no event, no hold' as detail
          from idle
         where not exists (select
                             from unnest($1::text[], $2::int[], $3::text[]) as awaiting (workflow, version, state)
                            where awaiting.workflow = idle.workflow
                              and awaiting.version = idle.version
                              and idle.configuration ? awaiting.state)
        """)

    // MARK: N2

    static let unsent = Statement(
        "audit_unsent",
        """
        select case_id, format('message %s has waited in the outbox since %s', message_id, created_at) as detail
          from outbox
         where created_at < $1
           and claimed_until < $1
        """)

    static let overdueHandOuts = Statement(
        "audit_overdue_hand_outs",
        """
        select case_id, format('question %s should have been put again at %s', number, retry_at) as detail
          from assignment
         where status in ('open', 'taken')
           and retry_at < $1
        """)

    /// What a message says is sealed with the key of its case.
    static let unsendable = Statement(
        "audit_unsendable",
        """
        select asked.case_id, format('question %s cannot be put again: the key of its case is gone', asked.number) as detail
          from assignment as asked
         where asked.status in ('open', 'taken')
           and not exists (select
                             from content_key as key
                            where key.case_id = asked.case_id
                              and key.subject = 'zaak'
                              and key.wrapped is not null)
        """)

    // MARK: N3

    /// One message may make several events, but each of them once. Hashes find the few that are worth comparing; to sort the texts of
    /// all events would take ten times as long.
    static let appliedTwice = Statement(
        "audit_applied_twice",
        """
        with suspect as materialized (
            select hashtextextended(message_id, hashtextextended(source, hashtextextended(name, 0))) as hash
              from event
             where message_id is not null
             group by 1
            having count(*) > 1
        )
        select unnest(array_agg(distinct case_id)) as case_id,
               format('message %s of %s has been applied %s times as %s', message_id, source, count(*), name) as detail
          from event
          join suspect on suspect.hash = hashtextextended(message_id, hashtextextended(source, hashtextextended(name, 0)))
         where message_id is not null
         group by source, message_id, name
        having count(*) > 1
        """)

    static let answeredTwice = Statement(
        "audit_answered_twice",
        """
        with suspect as materialized (
            select case_id, assignment from event where assignment is not null group by case_id, assignment having count(*) > 1
        )
        select case_id, format('question %s has %s answers', assignment, count(*)) as detail
          from event
          join suspect using (case_id, assignment)
         where effects @> jsonb_build_array(jsonb_build_object('effect', 'answerAssignment', 'number', assignment))
         group by case_id, assignment
        having count(*) > 1
        """)

    /// A token begins with the number of its hand-out, which is counted up under the lock of the case.
    static let strayTokens = Statement(
        "audit_stray_tokens",
        """
        select case_id, format('question %s is at hand-out %s, and its token is of hand-out %s', number, attempt, split_part(token, '.', 1)) as detail
          from assignment
         where split_part(token, '.', 1) <> attempt::text
        """)

    static let reportsTakenTwice = Statement(
        "audit_reports_taken_twice",
        """
        select unnest(array_agg(distinct case_id)) as case_id, format('report %s of %s is in %s cases', reference, sender, count(*)) as detail
          from report
         group by sender, reference
        having count(*) > 1
        """)

    // MARK: N4

    static let headless = Statement(
        "audit_headless",
        """
        select stored.case_id,
               format('is at revision %s; event %s %s', stored.revision, stored.revision,
                      case when last.digest is null then 'is missing' else 'is not the head of its chain' end) as detail
          from cases as stored
          left join event as last on last.case_id = stored.case_id and last.number = stored.revision
         where last.digest is distinct from stored.chain_head
        """)

    static let miscounted = Statement(
        "audit_miscounted",
        """
        select stored.case_id, format('is at revision %s and has %s events', stored.revision, coalesce(history.count, 0)) as detail
          from cases as stored
          left join (select case_id, count(*) as count from event group by case_id) as history on history.case_id = stored.case_id
         where coalesce(history.count, 0) <> stored.revision
        """)

    static let caseless = Statement(
        "audit_caseless",
        """
        select distinct event.case_id, 'has events and is no case' as detail
          from event
         where not exists (select from cases where cases.case_id = event.case_id)
        """)

    // MARK: N5

    /// - Parameter: workflow, version and name of the fact that says who has sight on safety.
    static let withoutHolder = Statement(
        "audit_without_holder",
        """
        select stored.case_id,
               format('has %s as the holder of safety sight; its facts say %s', coalesce(stored.safety_holder, 'nobody'),
                      coalesce(stored.state -> 'facts' ->> sight.fact, 'nobody')) as detail
          from cases as stored
          join unnest($1::text[], $2::int[], $3::text[]) as sight (workflow, version, fact)
            on sight.workflow = stored.workflow and sight.version = stored.version
         where stored.status <> 'closed'
           and (stored.safety_holder is null or stored.safety_holder is distinct from stored.state -> 'facts' ->> sight.fact)
        """)

    // MARK: N6

    /// - Parameter: the legal bases that there are.
    static let withoutBasis = Statement(
        "audit_without_basis",
        """
        select case_id, format('message %s tells %s on the basis %L, which is none', message_id, receiver, legal_basis) as detail
          from disclosure
         where legal_basis <> all ($1::text[])
            or purpose = ''
        """)

    /// - Parameter: role and group of fields, for all that a role may ever be shown.
    static let beyondProjection = Statement(
        "audit_beyond_projection",
        """
        select told.case_id, format('message %s tells %s about %s, which it may not see', told.message_id, asked.partner, shown.name) as detail
          from disclosure as told
          join assignment as asked on asked.case_id = told.case_id and asked.number = told.assignment
         cross join unnest(told.groups) as shown (name)
         where not exists (select
                             from unnest($1::text[], $2::text[]) as may (role, name)
                            where may.role = asked.partner
                              and may.name = shown.name)
        """)

    static let unlogged = Statement(
        "audit_unlogged",
        """
        select asked.case_id, format('question %s was put to %s, and nothing says what it was told', asked.number, asked.partner) as detail
          from assignment as asked
         where not exists (select from disclosure where disclosure.case_id = asked.case_id and disclosure.assignment = asked.number)
        """)

    // MARK: N7

    static let overdueTerms = Statement(
        "audit_overdue_terms",
        """
        select case_id, format('term %s of %s was due at %s and has not passed', number, state, due_at) as detail
          from deadline
         where status = 'open'
           and due_at < $1
        """)

    static let passedTwice = Statement(
        "audit_passed_twice",
        """
        select case_id, format('%s has passed %s times', name, count(*)) as detail
          from event
         where kind = 'deadline'
         group by case_id, name
        having count(*) > 1
        """)

    // MARK: N8

    static let acuteWaiting = Statement(
        "audit_acute_waiting",
        """
        select case_id, format('acute message %s has waited since %s', message_id, created_at) as detail
          from outbox
         where lane = 'acute'
           and created_at < $1
        """)

    static let wrongLane = Statement(
        "audit_wrong_lane",
        """
        select waiting.case_id, format('acute question %s waits in the routine lane', asked.number) as detail
          from outbox as waiting
          join disclosure as told on told.case_id = waiting.case_id and told.message_id = waiting.message_id
          join assignment as asked on asked.case_id = told.case_id and asked.number = told.assignment
         where asked.lane = 'acute'
           and waiting.lane <> 'acute'
        """)

    // MARK: N9

    /// - Parameter: workflow, version, event and role, for all who may say something; `*` is anybody.
    static let notEntitled = Statement(
        "audit_not_entitled",
        """
        select happened.case_id,
               format('event %s, %s, is of %s, who may not say it', happened.number, happened.name, coalesce(happened.sender, 'nobody')) as detail
          from event as happened
          join cases as stored on stored.case_id = happened.case_id
         where happened.kind = 'message'
           and not exists (select
                             from unnest($1::text[], $2::int[], $3::text[], $4::text[]) as may (workflow, version, name, role)
                            where may.workflow = stored.workflow
                              and may.version = stored.version
                              and may.name = happened.name
                              and may.role in (happened.sender, '*'))
        """)

    /// - Parameter: workflow, version and state of every term that the law lets end something.
    static let decidedByTime = Statement(
        "audit_decided_by_time",
        """
        select happened.case_id, format('event %s: time has decided on an outcome', happened.number) as detail
          from event as happened
          join cases as stored on stored.case_id = happened.case_id
          left join deadline as term on term.case_id = happened.case_id and happened.name = 'termijn ' || term.number
         where happened.kind = 'deadline'
           and happened.effects @> '[{"effect": "outcome"}]'
           and not exists (select
                             from unnest($1::text[], $2::int[], $3::text[]) as may (workflow, version, state)
                            where may.workflow = stored.workflow
                              and may.version = stored.version
                              and may.state = term.state)
        """)

    // MARK: N10

    static let closedWithWork = Statement(
        "audit_closed_with_work",
        """
        select stored.case_id, left_over.detail
          from cases as stored
          join (select case_id, format('is closed, and question %s is open', number) as detail from assignment where status in ('open', 'taken')
                 union all
                select case_id, format('is closed, and term %s runs', number) from deadline where status = 'open'
                 union all
                select case_id, format('is closed, and message %s has not been sent', message_id) from outbox where created_at < $1) as left_over
            on left_over.case_id = stored.case_id
         where stored.status = 'closed'
        """)

    // MARK: Chains

    static let versions = Statement("audit_versions", "select distinct workflow, version from cases order by workflow, version")

    static let caseCount = Statement("audit_case_count", "select count(*) as count from cases")

    /// The next cases in the order of their identifiers.
    static let casesAfter = Statement(
        "audit_cases_after",
        """
        select case_id, workflow, version, revision, state, chain_head
          from cases
         where case_id > $1
         order by case_id
         limit $2
        """)

    static let casesNamed = Statement(
        "audit_cases_named",
        """
        select case_id, workflow, version, revision, state, chain_head
          from cases
         where case_id = any ($1)
         order by case_id
        """)

    static let events = Statement(
        "audit_events",
        """
        select case_id, number, recorded_at, kind, name, sender, source, message_id, assignment, data, content_digest, configuration,
               effects, previous, digest
          from event
         where case_id = any ($1)
         order by case_id, number
        """)

    // MARK: Anchors

    /// One writer of anchors at a time; the others leave it to him.
    static let anchorLock = Statement("anchor_lock", "select pg_try_advisory_xact_lock(7041777) as mine")

    static let headsSince = Statement(
        "anchor_heads",
        "select case_id, revision, chain_head from cases where updated_at >= $1 order by case_id")
}

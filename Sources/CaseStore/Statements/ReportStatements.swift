// SPDX-License-Identifier: EUPL-1.2

import PostgreSQL

/// Reports, who is in them, and by what a household is known again.
enum ReportStatements {
    static let insert = Statement(
        "report_insert",
        """
        insert into report (case_id, number, sender, role, reference, received_at, is_acute, digest)
        select * from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::bool[], $8::bytea[])
        """)

    static let insertPersons = Statement(
        "person_insert", "insert into person (case_id, number, role) select * from unnest($1::uuid[], $2::int[], $3::text[])")

    static let isAcute = Statement(
        "report_is_acute", "select is_acute from report where case_id = $1 and sender = $2 and reference = $3")

    /// With what their makers have been told already.
    static let filed = Statement(
        "report_list",
        """
        select report.case_id, report.number, report.sender, report.role, report.reference,
               array(select what from feedback where feedback.case_id = report.case_id and feedback.report = report.number) as told
          from report
         where report.case_id = any ($1)
         order by report.case_id, report.number
        """)

    /// The highest number that a person of a case has.
    static let lastPerson = Statement(
        "person_last", "select coalesce(max(number), 0) as number from person where case_id = $1")

    static let insertFeedback = Statement(
        "feedback_insert",
        """
        insert into feedback (case_id, report, what, message_id, told_at)
        select * from unnest($1::uuid[], $2::int[], $3::text[], $4::uuid[], $5::timestamptz[])
        """)

    // MARK: Households

    /// Held until the transaction ends. The keys come in ascending order, so that two who want the same ones never wait for each
    /// other in a ring.
    static let lockHouseholds = Statement(
        "household_lock", "select pg_advisory_xact_lock(key) from unnest($1::bigint[]) as key")

    /// A statement of its own after the locks, so that it sees what whoever held them has committed.
    static let findHouseholds = Statement(
        "household_find",
        """
        select distinct key.case_id, cases.workflow, cases.status, cases.created_at
          from household_key as key
          join cases using (case_id)
         where key.digest = any ($1)
         order by cases.created_at, key.case_id
        """)

    static let sharedKeys = Statement(
        "household_shared",
        """
        select key.case_id, key.person, person.role, key.kind, key.digest
          from household_key as key
          join person on person.case_id = key.case_id and person.number = key.person
         where key.case_id = any ($1)
           and key.digest = any ($2)
        """)

    static let insertKeys = Statement(
        "household_insert",
        """
        insert into household_key (case_id, person, kind, digest)
        select * from unnest($1::uuid[], $2::int[], $3::text[], $4::bytea[])
            on conflict do nothing
        """)

    static let insertRelated = Statement(
        "related_case_insert",
        "insert into related_case (case_id, related_case) select * from unnest($1::uuid[], $2::uuid[]) on conflict do nothing")

    // MARK: For people

    static let overview = Statement(
        "report_overview",
        """
        select (select count(*) from report where report.case_id = $1) as reports,
               array(select related_case from related_case where related_case.case_id = $1 order by related_case) as related
        """)

    // MARK: Sealed content

    static let contents = Statement(
        "content_read_reports",
        """
        select case_id, subject, name, sealed
          from content
         where case_id = any ($1)
           and (name = 'melding' or name like 'melding %')
        """)
}

// SPDX-License-Identifier: EUPL-1.2

import PostgreSQL

/// Messages that belong to no case, on their way out.
enum PartnerMessageStatements {
    static let send = Statement(
        "partner_outbox_insert",
        """
        insert into partner_outbox (message_id, lane, routing_key, body, created_at, claimed_until)
        select * from unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::timestamptz[], $6::timestamptz[])
        """)

    /// As for the messages of cases: rows that another engine is at are passed over.
    static let claim = Statement(
        "partner_outbox_claim",
        """
        update partner_outbox as stored
           set claimed_until = $3
          from (select message_id
                  from partner_outbox
                 where lane = $1
                   and claimed_until <= $2
                 order by claimed_until
                 limit $4
                   for update skip locked) as free
         where stored.message_id = free.message_id
        returning stored.message_id, stored.lane, stored.routing_key, stored.body
        """)

    static let confirmed = Statement("partner_outbox_delete", "delete from partner_outbox where message_id = any ($1)")
}

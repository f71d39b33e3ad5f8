// SPDX-License-Identifier: EUPL-1.2

import PostgreSQL

enum SchemaStatements {
    static let prepare = """
        create table if not exists schema_migration (
            number     integer     primary key,
            name       text        not null,
            digest     bytea       not null,
            applied_at timestamptz not null default now()
        );
        grant select on schema_migration to ketenroute_engine;
        """

    static let exists = Statement("schema_exists", "select to_regclass('public.schema_migration') is not null as found")

    /// Held until the transaction ends.
    static let lock = Statement("schema_lock", "select pg_advisory_xact_lock(7041776)")

    static let applied = Statement("schema_applied", "select number, digest from schema_migration order by number")

    static let note = Statement("schema_note", "insert into schema_migration (number, name, digest) values ($1, $2, $3)")
}

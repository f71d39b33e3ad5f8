// SPDX-License-Identifier: EUPL-1.2

/// Where the database is and how many connections may be made to it.
///
/// The connection itself is libpq's: a URL or a keyword string may say everything that the manual's chapter on connection strings
/// has, among it several hosts (`postgresql://a,b/db?target_session_attrs=read-write`), `sslmode`, `sslrootcert`, `sslcert`,
/// `service`, `passfile`. What it leaves out comes from libpq's environment (`PGHOST`, `PGSSLMODE`, `PGSERVICE`, …), from the
/// service file and from `.pgpass`. With no URL at all everything comes from there.
///
/// TCP keepalives are on and dead peers are noticed within a minute, unless the URL says otherwise.
public struct PostgresConfiguration: Sendable {
    /// A URL or a keyword string for libpq; nil for its environment alone.
    public var url: String?
    /// Shown in `pg_stat_activity`, unless the URL names one.
    public var applicationName: String
    /// The most connections, 1 or more.
    public var poolSize: Int
    /// The connections kept open without work, 0 to `poolSize`.
    public var poolSizeMin: Int
    /// The longest time to set up one connection to one host, in whole seconds, 2 at least.
    public var connectTimeout: Duration
    /// The longest time to wait for a free connection.
    public var acquireTimeout: Duration
    /// Connections above `poolSizeMin` that were idle this long are closed.
    public var idleTimeout: Duration
    /// A connection this old is closed when it comes back, so that load spreads again after a failover.
    public var lifetimeMax: Duration
    /// Prepared statements kept on each connection; the least recently used one makes room.
    public var statementsMax: Int

    public init(
        url: String? = nil, applicationName: String = "ketenroute", poolSize: Int = 8, poolSizeMin: Int = 1,
        connectTimeout: Duration = .seconds(5), acquireTimeout: Duration = .seconds(10),
        idleTimeout: Duration = .seconds(300), lifetimeMax: Duration = .seconds(3_600), statementsMax: Int = 256
    ) {
        self.url = url
        self.applicationName = applicationName
        self.poolSize = max(poolSize, 1)
        self.poolSizeMin = min(max(poolSizeMin, 0), max(poolSize, 1))
        self.connectTimeout = connectTimeout
        self.acquireTimeout = acquireTimeout
        self.idleTimeout = idleTimeout
        self.lifetimeMax = lifetimeMax
        self.statementsMax = max(statementsMax, 1)
    }

    /// Keywords for `PQconnectdbParams`. A later one wins, so what stands before `dbname`, which may hold the whole URL, is only
    /// a default, and what stands behind it is our own need.
    var keywords: [(keyword: String, value: String)] {
        var pairs = [
            ("fallback_application_name", applicationName),
            ("connect_timeout", String(max(connectTimeout.components.seconds, 2))),
            ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "60000"),
        ]
        if let url { pairs.append(("dbname", url)) }
        pairs.append(("client_encoding", "UTF8"))
        return pairs
    }
}

extension PostgresConfiguration: CustomStringConvertible {
    /// Without the URL, which may hold a password.
    public var description: String { "\(applicationName), \(poolSizeMin) to \(poolSize) connections" }
}

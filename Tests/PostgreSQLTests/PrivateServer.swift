// SPDX-License-Identifier: EUPL-1.2

import Foundation
import PostgreSQL
import Testing

/// A PostgreSQL of a suite's own, which may be frozen and killed, and takes TLS only: from the role `open` without more, from the
/// role `tester` with a certificate.
struct PrivateServer: Sendable {
    let folder: String
    let port: Int
    /// Made by `Ops/services`.
    let certificates: String

    @TaskLocal static var current: PrivateServer?

    static func start() async throws -> PrivateServer {
        let certificates = try #require(
            ProcessInfo.processInfo.environment["KETENROUTE_TEST_TLS_FOLDER"],
            "KETENROUTE_TEST_TLS_FOLDER is not set: run `Ops/services start` and `eval \"$(Ops/services env)\"`")
        let made = try await shell(
            """
            free_port='import socket; print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])'
            echo "$(mktemp -d) $(python3 -c "$free_port")"
            """)
        let words = made.split(whereSeparator: \.isWhitespace)
        let server = PrivateServer(
            folder: String(try #require(words.first)), port: try #require(words.last.flatMap { Int($0) }), certificates: certificates)
        do {
            try await shell(setUp, server.folder, String(server.port), certificates)
        } catch {
            try? await server.stop()
            throw error
        }
        return server
    }

    func stop() async throws { try await shell(Self.words + "run pg_ctl --mode=immediate stop; rm -rf \"$folder\"", folder) }

    /// Ends it as a crash would, and starts it again.
    func crashAndRestart() async throws { try await shell(Self.words + "run pg_ctl --mode=immediate --wait restart", folder) }

    /// Stops or continues the process that takes in connections; those that are there go on.
    func signalPostmaster(_ signal: String) async throws {
        try await shell("kill -\"$2\" \"$(head -n 1 \"$1/data/postmaster.pid\")\"", folder, signal)
    }

    /// An address of it; `{tls}` stands for the folder of certificates.
    func configuration(_ user: String, host: String = "localhost", _ parameters: String...) -> PostgresConfiguration {
        let query = parameters.joined(separator: "&").replacing("{tls}", with: certificates)
        return PostgresConfiguration(
            url: "postgresql://\(user)@\(host):\(port)/postgres?\(query)", poolSize: 4, connectTimeout: .seconds(2))
    }

    /// Over TLS, with the server's certificate checked.
    var trusted: PostgresConfiguration { configuration("open", "sslmode=verify-full", "sslrootcert={tls}/authority.pem") }

    /// PostgreSQL refuses to run as root; its package has made a user for it.
    private static let words = """
        set -euo pipefail
        folder=$1
        identity=()
        if ((EUID == 0)); then identity=(setpriv --reuid=postgres --regid=postgres --clear-groups --); fi
        bin=$(find /usr/lib/postgresql/*/bin -name postgres -printf '%h\\n' | sort -V | tail -n 1)
        # The server must not keep open what its starter has open: it would seem to run on.
        close_inherited() {
            local open
            for open in /proc/self/fd/*; do open=${open##*/}; if ((open > 2 && open < 255)); then eval "exec $open>&-"; fi; done
        }
        run() (
            program=$1
            shift
            close_inherited
            cd "$folder"
            exec "${identity[@]}" "$bin/$program" --pgdata="$folder/data" "$@" >>"$folder/log" 2>&1 </dev/null
        )

        """

    private static let setUp =
        words + """
            cp "$3"/{authority.pem,server.pem,server.key} "$folder"
            touch "$folder/log"
            if ((EUID == 0)); then chown -R postgres:postgres "$folder"; fi
            run initdb --username=tester --auth=trust --no-sync --encoding=UTF8 --locale=C.UTF-8
            cat >>"$folder/data/postgresql.conf" <<CONF
            listen_addresses = '127.0.0.1'
            port = $2
            unix_socket_directories = '$folder'
            fsync = off
            ssl = on
            ssl_ca_file = '$folder/authority.pem'
            ssl_cert_file = '$folder/server.pem'
            ssl_key_file = '$folder/server.key'
            CONF
            cat >"$folder/data/pg_hba.conf" <<CONF
            local   all all               trust
            hostssl all open 127.0.0.1/32 trust
            hostssl all tester 127.0.0.1/32 cert
            CONF
            run pg_ctl --log="$folder/log" --wait --timeout=60 start || { tail -n 5 "$folder/log" >&2; exit 1; }
            "$bin/psql" --quiet --host="$folder" --port="$2" --username=tester --dbname=postgres --command='create role open superuser login'
            """
}

/// Runs a suite with a server of its own around it.
struct PrivateServerTrait: SuiteTrait, TestScoping {
    func provideScope(for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void) async throws {
        let server = try await PrivateServer.start()
        do {
            try await PrivateServer.$current.withValue(server) { try await body() }
        } catch {
            try? await server.stop()
            throw error
        }
        try await server.stop()
    }
}

extension Trait where Self == PrivateServerTrait {
    static var privateServer: PrivateServerTrait { PrivateServerTrait() }
}

struct ShellFailure: Error, CustomStringConvertible {
    let description: String
}

/// Runs a script of bash on a thread that may wait.
@discardableResult
func shell(_ script: String, _ arguments: String...) async throws -> String {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
            continuation.resume(
                with: Result {
                    let process = Process()
                    let output = Pipe()
                    process.executableURL = URL(filePath: "/bin/bash")
                    process.arguments = ["-c", script, "bash"] + arguments
                    process.standardOutput = output
                    try process.run()
                    let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
                    process.waitUntilExit()
                    guard process.terminationStatus == 0 else {
                        throw ShellFailure(description: "the script ended with \(process.terminationStatus)")
                    }
                    return text
                })
        }
    }
}

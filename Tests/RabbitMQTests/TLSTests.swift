// SPDX-License-Identifier: EUPL-1.2

import Testing

@testable import RabbitMQ

extension BrokerTests {
    /// The broker's TLS listener asks for a certificate of the authority that `Ops/services` makes.
    @Suite("TLS")
    struct TLSTests {
        /// - Parameter files: query parameters in which `{tls}` stands for the folder of certificates.
        private func configuration(_ files: String..., host: String = "localhost", hasPassword: Bool = true) throws -> RabbitConfiguration {
            let query = files.joined(separator: "&").replacing("{tls}", with: try TestBroker.variable("KETENROUTE_TEST_TLS_FOLDER"))
            let url = try TestBroker.variable("KETENROUTE_TEST_BROKER_TLS_URL").replacing("localhost", with: host)
            var configuration = try RabbitConfiguration(url: "\(url)?\(query)", connectionName: "tls")
            if !hasPassword { configuration.password = "" }
            return configuration
        }

        private static let authority = "cacertfile={tls}/authority.pem"
        private static let identity = "certfile={tls}/client.pem&keyfile={tls}/client.key"

        @Test("with our certificate messages of any size come and go, by password and by certificate alone", arguments: [true, false])
        func connected(hasPassword: Bool) async throws {
            let name = TestBroker.unique("tls")
            let secured = try configuration(Self.authority, Self.identity, hasPassword: hasPassword)
            try await TestBroker.withClients(
                name, { ($0.host, $0.port, $0.password, $0.tls) = (secured.host, secured.port, secured.password, secured.tls) }
            ) {
                publisher, consumer in
                let large = TestBroker.publication(name, 1, bytes: 3_000_000)
                async let received = TestBroker.receive(501, from: consumer)
                let errors = await publisher.publish([large] + (2...501).map { TestBroker.publication(name, $0) }, deadline: .seconds(60))
                #expect(errors.allSatisfy { $0 == nil })
                #expect(await received.count == 501)
                try await TestBroker.close(connectionsNamed: "\(name)-c")
                try await TestBroker.insist(TestBroker.publication(name, 502), publisher)
                #expect(await TestBroker.receive(1, from: consumer) == ["m502"])
            }
        }

        @Test("each thing that cannot be trusted has its own error")
        func refused() async throws {
            let wrongAuthority = try await TestBroker.refusal(configuration("cacertfile={tls}/stranger.pem", Self.identity))
            #expect(wrongAuthority.reason.contains("peer cert verif"), "\(wrongAuthority)")
            let wrongName = try await TestBroker.refusal(configuration(Self.authority, Self.identity, host: "127.0.0.1"))
            #expect(wrongName.reason.contains("hostname verif"), "\(wrongName)")
            let missingFile = try await TestBroker.refusal(configuration("cacertfile={tls}/none.pem", Self.identity))
            #expect(missingFile.place == "reading the authority's certificate")
            for error in [wrongAuthority, wrongName, missingFile] { #expect(error.code == .connectFailed) }
        }

        @Test(
            "without a certificate that the broker trusts there is no way in",
            arguments: ["", "certfile={tls}/stranger-client.pem&keyfile={tls}/stranger-client.key"])
        func unidentified(identity: String) async throws {
            let error = try await TestBroker.refusal(configuration(identity.isEmpty ? Self.authority : "\(Self.authority)&\(identity)"))
            #expect(error.code == .connectFailed)
            #expect(error.reason.contains("certificate"), "\(error)")
        }
    }
}

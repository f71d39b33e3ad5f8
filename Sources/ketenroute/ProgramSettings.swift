// SPDX-License-Identifier: EUPL-1.2

import Configuration
import Foundation
import SystemPackage
import Yams

/// What the program is told from outside. A flag goes before a `KETENROUTE_*` variable, which goes before
/// `Config/ketenroute.yaml`, which goes before the defaults below.
struct ProgramSettings: Sendable {
    /// Every setting there is. The variable of `database.routineConnections` is `KETENROUTE_DATABASE_ROUTINE_CONNECTIONS`.
    enum Key: String, CaseIterable {
        case databaseURL = "database.url"
        case databaseOwnerURL = "database.ownerUrl"
        case routineConnections = "database.routineConnections"
        case acuteConnections = "database.acuteConnections"
        case connectTimeoutSeconds = "database.connectTimeoutSeconds"
        case brokerURL = "broker.url"
        case brokerHeartbeatSeconds = "broker.heartbeatSeconds"
        case brokerAuthorityFile = "broker.authorityFile"
        case brokerCertificateFile = "broker.certificateFile"
        case brokerKeyFile = "broker.keyFile"
        case contentKey = "content.key"
        case contentKeyFile = "content.keyFile"
        case householdKey = "household.key"
        case householdKeyFile = "household.keyFile"
        case identityOIN = "identity.oin"
        case identitySystem = "identity.system"
        case intakeWorkflows = "intake.workflows"
        case acutePrefetch = "lanes.acute.prefetch"
        case acuteBatchMax = "lanes.acute.batchMax"
        case acuteLeaseSeconds = "lanes.acute.leaseSeconds"
        case acuteSweepMilliseconds = "lanes.acute.sweepMilliseconds"
        case routinePrefetch = "lanes.routine.prefetch"
        case routineBatchMax = "lanes.routine.batchMax"
        case routineLeaseSeconds = "lanes.routine.leaseSeconds"
        case routineSweepMilliseconds = "lanes.routine.sweepMilliseconds"
        case anchorFolder = "anchors.folder"
        case anchorKey = "anchors.key"
        case anchorKeyFile = "anchors.keyFile"
        case anchorSeconds = "anchors.everySeconds"
        case consoleHost = "console.host"
        case consolePort = "console.port"
        case consoleTokenKeyFile = "console.tokenKeyFile"

        /// Holds a password or a key.
        var isSecret: Bool {
            [.databaseURL, .databaseOwnerURL, .brokerURL, .contentKey, .householdKey, .anchorKey].contains(self)
        }

        var variable: String {
            let words = rawValue.map { $0 == "." ? "_" : $0.isUppercase ? "_\($0)" : $0.uppercased() }.joined()
            return "KETENROUTE_\(words)"
        }
    }

    /// Where nothing is said. What is not here has to be said by somebody.
    private static let defaults: [Key: ConfigContent] = [
        .routineConnections: .int(6), .acuteConnections: .int(3), .connectTimeoutSeconds: .int(5), .brokerHeartbeatSeconds: .int(10),
        .identitySystem: .string("ketenroute"), .intakeWorkflows: .stringArray(["omgangsregeling"]),
        .acutePrefetch: .int(32), .acuteBatchMax: .int(32), .acuteLeaseSeconds: .int(60), .acuteSweepMilliseconds: .int(100),
        .routinePrefetch: .int(400), .routineBatchMax: .int(200), .routineLeaseSeconds: .int(60), .routineSweepMilliseconds: .int(500),
        .anchorSeconds: .int(3_600),
        .consoleHost: .string("127.0.0.1"), .consolePort: .int(8080),
    ]

    private let reader: ConfigReader

    /// - Parameter flags: what was said on the command line; nil for a flag that was not given.
    /// - Throws: ``CommandFailure`` where the file cannot be read or has a key that nobody knows.
    static func load(_ flags: [Key: String?] = [:]) async throws -> ProgramSettings {
        var providers: [any ConfigProvider] = [
            InMemoryProvider(
                name: "flags",
                values: Dictionary(
                    uniqueKeysWithValues: flags.compactMap { key, text in text.map { (path(key), given(key, content(of: $0, for: key))) } })
            ),
            EnvironmentVariablesProvider(secretsSpecifier: .dynamic { name, _ in name.hasSuffix("URL") || name.hasSuffix("KEY") })
                .prefixKeys(with: "ketenroute"),
        ]
        if let folder = try ProjectFolders.configWherePresent() {
            let file = folder.appending(path: "ketenroute.yaml").path
            if FileManager.default.fileExists(atPath: file) {
                try refuseUnknownKeys(in: file)
                do {
                    providers.append(try await FileProvider<YAMLSnapshot>(filePath: FilePath(file)))
                } catch {
                    throw CommandFailure.wrongInput("\(file): \(error)")
                }
            }
        }
        providers.append(
            InMemoryProvider(
                name: "defaults",
                values: Dictionary(uniqueKeysWithValues: defaults.map { key, value in (path(key), given(key, value)) })))
        return ProgramSettings(reader: ConfigReader(providers: providers))
    }

    /// - Throws: ``CommandFailure`` that names the variable to set.
    func text(_ key: Key) throws -> String {
        guard let value = reader.string(forKey: ConfigKey(key.rawValue)), !value.isEmpty else {
            throw CommandFailure.wrongInput(
                "'\(key.rawValue)' is not set; set \(key.variable), for example with: eval \"$(Ops/services env)\"")
        }
        return value
    }

    /// Nil where nobody says anything.
    func optionalText(_ key: Key) -> String? { reader.string(forKey: ConfigKey(key.rawValue)) }

    /// A list, which a variable has with commas between.
    func texts(_ key: Key) throws -> [String] {
        let texts = (reader.stringArray(forKey: ConfigKey(key.rawValue)) ?? []).map { $0.trimmingCharacters(in: .whitespaces) }
        guard !texts.isEmpty, !texts.contains(""), Set(texts).count == texts.count else {
            throw CommandFailure.wrongInput(
                "'\(key.rawValue)' should be a list of different names; it comes from \(key.variable) or Config/ketenroute.yaml")
        }
        return texts
    }

    func number(_ key: Key, in range: ClosedRange<Int>) throws -> Int {
        // Read as the type it must be: a wrong one is an error and never the default.
        guard let value = try? reader.requiredInt(forKey: ConfigKey(key.rawValue)), range.contains(value) else {
            throw CommandFailure.wrongInput(
                "'\(key.rawValue)' should be a whole number from \(range.lowerBound) to \(range.upperBound); "
                    + "it comes from \(key.variable) or Config/ketenroute.yaml")
        }
        return value
    }

    private static func path(_ key: Key) -> AbsoluteConfigKey { AbsoluteConfigKey(ConfigKey(key.rawValue)) }

    /// A flag's text as the type that its setting has.
    private static func content(of text: String, for key: Key) -> ConfigContent {
        guard case .int = defaults[key], let number = Int(text) else { return .string(text) }
        return .int(number)
    }

    private static func given(_ key: Key, _ content: ConfigContent) -> ConfigValue { ConfigValue(content, isSecret: key.isSecret) }

    /// A misspelled key would be a setting that silently does nothing.
    private static func refuseUnknownKeys(in file: String) throws {
        let known = Set(Key.allCases.map(\.rawValue))
        guard let document = try Yams.load(yaml: ProjectFolders.read(file)) as? [String: Any] else { return }
        func unknown(_ members: [String: Any], below path: String) -> [String] {
            members.flatMap { name, value in
                let key = path.isEmpty ? name : "\(path).\(name)"
                if let inner = value as? [String: Any] { return unknown(inner, below: key) }
                // `database:` with only comments below it is no setting.
                return known.contains(key) || value is NSNull ? [] : [key]
            }
        }
        let names = unknown(document, below: "").sorted()
        guard names.isEmpty else {
            throw CommandFailure.wrongInput(
                "\(file): no setting is called \(names.joined(separator: ", ")); there is \(known.sorted().joined(separator: ", "))")
        }
    }
}

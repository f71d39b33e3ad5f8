// swift-tools-version: 6.1
// SPDX-License-Identifier: EUPL-1.2

import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
    .enableUpcomingFeature("ExistentialAny"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
    .enableUpcomingFeature("MemberImportVisibility"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let jwt = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let xmlCoder = Target.Dependency.product(name: "XMLCoder", package: "XMLCoder")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

// Dependencies point down only; Tests/ArchitectureTests holds the table.
let package = Package(
    name: "ketenroute",
    products: [
        .executable(name: "ketenroute", targets: ["ketenroute"]),
        .executable(name: "ketenroute-partner", targets: ["ketenroute-partner"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/CoreOffice/XMLCoder", from: "0.18.2"),
        // Without its traits, which would bring in all of Foundation.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        // The values all else is made of: JSON, instants, civil dates, time-ordered identifiers.
        .target(name: "Values", swiftSettings: settings),

        // One thread that is an executor and a poll loop: what both clients run on.
        .target(name: "CReactor"),
        .target(name: "Reactor", dependencies: ["CReactor", deque], swiftSettings: settings),

        .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CRabbitMQ", pkgConfig: "librabbitmq", providers: [.apt(["librabbitmq-dev"])]),
        .target(
            name: "PostgreSQL", dependencies: ["CPostgreSQL", "Reactor", "Values", deque, lifecycle, logging],
            swiftSettings: settings),
        .target(
            name: "RabbitMQ", dependencies: ["CRabbitMQ", "Reactor", deque, lifecycle, logging], swiftSettings: settings),

        .target(name: "Workflow", dependencies: ["Values", yams], swiftSettings: settings),
        .target(name: "Messages", dependencies: ["Values"], swiftSettings: settings),
        // What is decided about messages, hand-outs and leases, without what it is carried out with.
        .target(name: "Delivery", dependencies: ["Messages", "Values", "Workflow"], swiftSettings: settings),
        // The police's own message, read into a report.
        .target(name: "StUF", dependencies: ["Messages", "Values", xmlCoder], swiftSettings: settings),

        .target(
            name: "CaseStore", dependencies: ["PostgreSQL", "Reactor", "Values", crypto],
            resources: [
                .embedInCode("Schema/v001_cases.sql"), .embedInCode("Schema/v002_many_reports.sql"),
                .embedInCode("Schema/v003_pace.sql"), .embedInCode("Schema/v004_partner_outbox.sql"),
            ],
            swiftSettings: settings),
        .target(
            name: "Engine",
            dependencies: [
                "CaseStore", "Delivery", "Messages", "PostgreSQL", "RabbitMQ", "Reactor", "Values", "Workflow", crypto, lifecycle, logging,
                yams,
            ],
            swiftSettings: settings),
        .target(name: "CPartnerKit"),
        .target(
            name: "PartnerKit", dependencies: ["CPartnerKit", "Messages", "RabbitMQ", "Reactor", "Values", lifecycle, logging],
            swiftSettings: settings),

        .target(
            name: "Console",
            dependencies: ["CaseStore", "Engine", "Messages", "PostgreSQL", "Values", hummingbird, jwt, lifecycle, logging, mustache],
            swiftSettings: settings),

        .executableTarget(
            name: "ketenroute",
            dependencies: [
                "CaseStore", "Console", "Engine", "Messages", "PostgreSQL", "RabbitMQ", "StUF", "Values", "Workflow", argumentParser,
                configuration, lifecycle, logging, signals, systemPackage, yams,
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "ketenroute-partner",
            dependencies: ["Messages", "PartnerKit", "RabbitMQ", "Values", argumentParser, lifecycle, logging, signals],
            swiftSettings: settings),

        // Workflows and cases by chance, for the tests and the benchmarks; not shipped.
        .target(name: "WorkflowTestKit", dependencies: ["Values", "Workflow"], swiftSettings: settings),

        // Engines, partners, broker and store in one process on simulated time, for the tests; not shipped.
        .target(name: "Simulator", dependencies: ["Delivery", "Messages", "Values", "Workflow"], swiftSettings: settings),

        // Not shipped: Ops/bench builds and runs it.
        .target(name: "CAllocations"),
        .executableTarget(
            name: "ketenroute-bench",
            dependencies: [
                "CAllocations", "CaseStore", "Engine", "Messages", "PostgreSQL", "RabbitMQ", "Reactor", "Values", "Workflow",
                "WorkflowTestKit", logging,
            ],
            swiftSettings: settings),

        .testTarget(name: "ValuesTests", dependencies: ["Values"], swiftSettings: settings),
        .testTarget(name: "ReactorTests", dependencies: ["Reactor"], swiftSettings: settings),
        .testTarget(
            name: "PostgreSQLTests", dependencies: ["PostgreSQL", "Reactor", "Values", logging, lifecycle], swiftSettings: settings),
        .testTarget(name: "RabbitMQTests", dependencies: ["RabbitMQ", "Reactor", logging, lifecycle], swiftSettings: settings),
        .testTarget(name: "ArchitectureTests", swiftSettings: settings),
        .testTarget(
            name: "EngineTests",
            dependencies: ["CaseStore", "Engine", "Messages", "PostgreSQL", "RabbitMQ", "Values", "Workflow", logging],
            swiftSettings: settings),
        .testTarget(
            name: "ChainTests",
            dependencies: [
                "CaseStore", "Console", "Engine", "Messages", "PostgreSQL", "RabbitMQ", "Values", "Workflow", logging,
            ],
            swiftSettings: settings),
        .testTarget(name: "DeliveryTests", dependencies: ["Delivery", "Messages", "Values", "Workflow"], swiftSettings: settings),
        .testTarget(name: "SimulatorTests", dependencies: ["Simulator"], swiftSettings: settings),
        .testTarget(name: "MessagesTests", dependencies: ["Messages", "Values"], swiftSettings: settings),
        .testTarget(
            name: "PartnerKitTests",
            dependencies: ["Messages", "PartnerKit", "RabbitMQ", "Reactor", "Values", lifecycle, logging, "ketenroute-partner"],
            swiftSettings: settings),
        .testTarget(name: "StUFTests", dependencies: ["Messages", "StUF", "Values"], swiftSettings: settings),
        .testTarget(name: "WorkflowTests", dependencies: ["Values", "Workflow", "WorkflowTestKit", yams], swiftSettings: settings),
    ]
)

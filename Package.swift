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
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

// Dependencies point down only; Tests/ArchitectureTests holds the table.
let package = Package(
    name: "ketenroute",
    products: [
        .executable(name: "ketenroute", targets: ["ketenroute"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // The values all else is made of: JSON, instants, civil dates, time-ordered identifiers.
        .target(name: "Values", swiftSettings: settings),

        .target(name: "Workflow", dependencies: ["Values", yams], swiftSettings: settings),

        .executableTarget(
            name: "ketenroute", dependencies: ["Values", "Workflow", argumentParser], swiftSettings: settings),

        .testTarget(name: "ValuesTests", dependencies: ["Values"], swiftSettings: settings),
        .testTarget(name: "WorkflowTests", dependencies: ["Values", "Workflow", yams], swiftSettings: settings),
    ]
)

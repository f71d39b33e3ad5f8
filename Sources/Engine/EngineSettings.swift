// SPDX-License-Identifier: EUPL-1.2

public import CaseStore
public import Messages
public import PostgreSQL
public import RabbitMQ
import Workflow

/// What every part of the engine works with.
public struct EngineSettings: Sendable {
    public var pool: PostgresPool
    public var store: CaseStore
    public var library: WorkflowLibrary
    public var directory: Directory
    public var projections: ProjectionRules
    public var legalBases: LegalBases
    /// Who the engine is in the messages that it sends.
    public var source: SystemSource
    public var households: HouseholdRecognition
    /// The workflows that take police reports; which of them a report gets stands in the workflows.
    public var workflows: [String]
    public var acute = LaneSettings(prefetch: 32, batchMax: 32, leaseSeconds: 60, sweepInterval: .milliseconds(100))
    public var routine = LaneSettings(
        prefetch: 800, batchMax: 200, leaseSeconds: 60, sweepInterval: .milliseconds(500), linger: .milliseconds(2))
    /// Nil where the chains are not anchored.
    public var anchors: AnchorSettings?

    public init(
        pool: PostgresPool, store: CaseStore, library: WorkflowLibrary, directory: Directory, projections: ProjectionRules,
        legalBases: LegalBases, households: HouseholdRecognition, source: SystemSource, workflows: [String]
    ) {
        self.pool = pool
        self.store = store
        self.library = library
        self.directory = directory
        self.projections = projections
        self.legalBases = legalBases
        self.source = source
        self.households = households
        self.workflows = workflows
    }

    subscript(lane: Lane) -> LaneSettings {
        switch lane {
        case .acute: acute
        case .routine: routine
        }
    }

    /// Exchanges and queues that engine and partners meet at.
    public var topology: RabbitTopology {
        var topology = RabbitTopology(
            exchanges: [RabbitTopology.Exchange(Addresses.toPartners), RabbitTopology.Exchange(Addresses.fromPartners)])
        for lane in Lane.allCases.map(\.rawValue) {
            topology.queues.append(.quorum(Addresses.engineQueue(lane: lane)))
            topology.bindings.append(
                RabbitTopology.Binding(
                    queue: Addresses.engineQueue(lane: lane), exchange: Addresses.fromPartners, routingKey: "\(lane).#"))
            for role in directory.roles {
                let queue = Addresses.partnerQueue(role, lane: lane)
                topology.queues.append(.quorum(queue))
                topology.bindings.append(
                    RabbitTopology.Binding(
                        queue: queue, exchange: Addresses.toPartners, routingKey: Addresses.toPartner(role, lane: lane)))
            }
        }
        return topology
    }
}

extension EngineSettings: CustomStringConvertible {
    /// Without the directory and the rules, which would fill a page of any message that shows a service.
    public var description: String { "engine of \(source), workflows \(workflows.joined(separator: ", "))" }
}

/// How one lane works. `Config/ketenroute.yaml` says what each number is for.
public struct LaneSettings: Hashable, Sendable {
    /// Messages that the broker hands out before any is acknowledged; 1 or more.
    public var prefetch: Int
    /// Most messages in one transaction; 1 or more.
    public var batchMax: Int
    /// How long a partner who has taken a question has it without a heartbeat.
    public var leaseSeconds: Int
    /// Time between two looks at what PostgreSQL alone remembers, when no notice comes.
    public var sweepInterval: Duration
    /// How long a batch waits for more under load. Fuller batches are fewer commits; at rest nothing waits.
    public var linger: Duration
    /// Batches under way at once: one waits for the disk while the other is stepped.
    public var workers = 2

    public init(prefetch: Int, batchMax: Int, leaseSeconds: Int, sweepInterval: Duration, linger: Duration = .zero) {
        self.prefetch = prefetch
        self.batchMax = batchMax
        self.leaseSeconds = leaseSeconds
        self.sweepInterval = sweepInterval
        self.linger = linger
    }
}

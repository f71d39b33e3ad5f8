// SPDX-License-Identifier: EUPL-1.2

public import CaseStore
public import Messages
public import PostgreSQL
public import RabbitMQ

/// What every part of the engine works with.
public struct EngineSettings: Sendable {
    public var pool: PostgresPool
    public var store: CaseStore
    public var library: WorkflowLibrary
    public var directory: Directory
    public var projections: ProjectionRules
    /// Who the engine is in the messages that it sends.
    public var source: SystemSource
    /// The workflow that takes police reports.
    public var workflow: String
    /// How long a partner who has taken a question has it without a heartbeat.
    public var leaseSeconds = 60
    /// Most messages in one transaction: larger batches gain little and make acute commits wait.
    public var batchMax = 200

    public init(
        pool: PostgresPool, store: CaseStore, library: WorkflowLibrary, directory: Directory, projections: ProjectionRules,
        source: SystemSource, workflow: String
    ) {
        self.pool = pool
        self.store = store
        self.library = library
        self.directory = directory
        self.projections = projections
        self.source = source
        self.workflow = workflow
    }

    /// Exchanges and queues that engine and partners meet at.
    public var topology: RabbitTopology {
        var topology = RabbitTopology(
            exchanges: [RabbitTopology.Exchange(Addresses.toPartners), RabbitTopology.Exchange(Addresses.fromPartners)])
        for lane in ["acute", "routine"] {
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

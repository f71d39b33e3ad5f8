// SPDX-License-Identifier: EUPL-1.2

/// What goes wrong, and how often: in thousandths of the moments at which it can.
public struct Faults: Hashable, Sendable {
    public var engineDeath = 0
    /// An engine that stands still, beyond the patience of the broker, and then goes on as if nothing had been.
    public var engineStall = 0
    public var workerDeath = 0
    /// A worker that stands still beyond its lease.
    public var workerStall = 0
    /// A message that the broker never gets.
    public var publicationLost = 0
    /// A message that the broker has, while its sender does not know.
    public var confirmLost = 0
    public var duplicate = 0
    public var reorder = 0
    public var commitFailed = 0
    /// A commit that succeeded and was reported as failed.
    public var commitUnknown = 0
    public var refusal = 0
    /// A question that a worker takes and then forgets.
    public var silence = 0
    /// Outages of the broker in one run, and those of them that empty it.
    public var outages = 0
    public var wipes = 0

    public init() {}

    public static let all: Faults = {
        var faults = Faults()
        faults.engineDeath = 30
        faults.engineStall = 8
        faults.workerDeath = 15
        faults.workerStall = 15
        faults.publicationLost = 40
        faults.confirmLost = 40
        faults.duplicate = 40
        faults.reorder = 100
        faults.commitFailed = 30
        faults.commitUnknown = 40
        faults.refusal = 40
        faults.silence = 40
        faults.outages = 1
        faults.wipes = 1
        return faults
    }()

    /// Engines die and messages are lost on their way; partners do all that they should, and the broker keeps what it has. Nothing
    /// here needs a question to be put twice.
    public static let betweenEngineAndBroker: Faults = {
        var faults = Faults()
        faults.engineDeath = 60
        faults.publicationLost = 60
        faults.confirmLost = 40
        faults.commitFailed = 30
        faults.commitUnknown = 40
        return faults
    }()

    /// The same faults, each as rare or as frequent as chance has it for this run, and some not at all: what a fault hides is seen
    /// in the runs without it.
    func varied(by random: inout some RandomNumberGenerator) -> Faults {
        var faults = self
        let rates: [WritableKeyPath<Faults, Int>] = [
            \.engineDeath, \.engineStall, \.workerDeath, \.workerStall, \.publicationLost, \.confirmLost, \.duplicate, \.reorder,
            \.commitFailed, \.commitUnknown, \.refusal, \.silence,
        ]
        for rate in rates { faults[keyPath: rate] *= [0, 1, 1, 3].randomElement(using: &random) ?? 1 }
        if faults.outages > 0 { faults.outages = Int.random(in: 0...2, using: &random) }
        if faults.wipes > 0 { faults.wipes = Int.random(in: 0...1, using: &random) }
        return faults
    }
}

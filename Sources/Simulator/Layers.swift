// SPDX-License-Identifier: EUPL-1.2

/// What keeps a message from being lost, and from counting twice. A run may go without some: one layer hides that another is gone, so
/// whether each is there at all can only be seen where those that would hide it are not.
public struct Layers: OptionSet, Hashable, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// A message that was dealt with is known when it comes again.
    public static let dedupe = Layers(rawValue: 1 << 0)
    /// A message is acknowledged when what it did is committed.
    public static let acknowledgeAfterCommit = Layers(rawValue: 1 << 1)
    /// An answer counts with the token of the latest hand-out alone.
    public static let fencing = Layers(rawValue: 1 << 2)
    /// A row leaves the outbox when the broker has confirmed its message.
    public static let deleteAfterConfirm = Layers(rawValue: 1 << 3)
    /// Rows of the outbox that nobody is sending are looked for.
    public static let sweep = Layers(rawValue: 1 << 4)
    /// A question whose lease is over is put again.
    public static let retry = Layers(rawValue: 1 << 5)

    public static let all: Layers = [.dedupe, .acknowledgeAfterCommit, .fencing, .deleteAfterConfirm, .sweep, .retry]

    public func without(_ layers: Layers) -> Layers { subtracting(layers) }
}

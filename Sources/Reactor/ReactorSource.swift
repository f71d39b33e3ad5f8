// SPDX-License-Identifier: EUPL-1.2

/// A file descriptor, and the client library behind it, that a reactor's loop looks after.
///
/// Every method is called on the reactor's thread, never two at once, so a conformer needs no lock and need not be `Sendable`.
/// In every turn of the loop the jobs run first, then `prepareToWait()` is asked of each source, then the thread sleeps in
/// poll(2), then `ready(_:)` is called on each source for which something happened. Both may attach and detach sources.
public protocol ReactorSource: AnyObject {
    /// What to poll. It is read anew in every turn; a negative number is left out, and then only time wakes the source.
    var fileDescriptor: Int32 { get }

    /// Whether to poll for room to write as well. Reading is always polled for: two peers that both only write wait for ever.
    var wantsWrite: Bool { get }

    /// The last call before the thread sleeps: flush what the jobs of this turn have written.
    ///
    /// - Returns: the longest time to sleep before `ready(.elapsed)` must come: zero when the library already holds data that
    ///   poll cannot see, nil for no bound. It is asked again in every turn, so it counts from now.
    func prepareToWait() -> Duration?

    /// Something happened. It may be called without cause; reading must therefore never block.
    func ready(_ events: ReactorEvents)
}

/// Why `ReactorSource.ready(_:)` was called.
public struct ReactorEvents: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// There is something to read, or the peer has hung up, or the descriptor is in error: reading will tell which.
    public static let readable = ReactorEvents(rawValue: 1)
    /// There is room to write.
    public static let writable = ReactorEvents(rawValue: 2)
    /// The time that `prepareToWait()` returned has passed.
    public static let elapsed = ReactorEvents(rawValue: 4)
}

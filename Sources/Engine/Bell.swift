// SPDX-License-Identifier: EUPL-1.2

/// Wakes whoever looks after a lane. Rings that nobody has heard yet are one ring.
struct Bell: Sendable {
    let rings: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (rings, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    func ring() { continuation.yield() }
}

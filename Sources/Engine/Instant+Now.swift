// SPDX-License-Identifier: EUPL-1.2

import Glibc
public import Values

extension Instant {
    /// The system's clock in PostgreSQL's resolution. Read at the rim alone, and handed inwards.
    public static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(seconds: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec)).roundedDownToMicroseconds
    }
}

// SPDX-License-Identifier: EUPL-1.2

import Testing

/// Tests that run engines. They meet at the queues of one virtual host, so that only one of them can run at a time.
@Suite("A running chain", .serialized)
enum RunningChain {}

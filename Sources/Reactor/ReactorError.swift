// SPDX-License-Identifier: EUPL-1.2

import Glibc

/// The system refused what a reactor is made of.
public struct ReactorError: Error, Hashable, CustomStringConvertible {
    /// The call that failed.
    public let call: String
    /// Its error number, as in errno(3).
    public let errorNumber: Int32

    public var description: String {
        "\(call) failed: \(String(cString: strerror(errorNumber))) (errno \(errorNumber)); "
            + "look at the limits on open files and processes (ulimit -n, ulimit -u)"
    }
}

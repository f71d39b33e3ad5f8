// SPDX-License-Identifier: EUPL-1.2

import Hummingbird
import Messages

/// What is known about a request while it is handled.
struct ConsoleContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Nil until a token has been checked.
    var caller: AccessToken?

    init(source: Source) { coreContext = CoreRequestContextStorage(source: source) }

    var maxUploadSize: Int { MessageLimits.reportBytesMax }

    /// - Throws: ``HTTPError`` 403 where the caller's role is none of these.
    func require(_ roles: AccessToken.Role...) throws {
        guard let caller, roles.contains(caller.role) else {
            throw HTTPError(.forbidden, message: "this needs the role \(roles.map(\.rawValue).joined(separator: " or "))")
        }
    }
}

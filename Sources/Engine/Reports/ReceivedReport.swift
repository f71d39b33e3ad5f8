// SPDX-License-Identifier: EUPL-1.2

public import Messages

/// A report with what tells the same report from another one under the same reference.
public struct ReceivedReport: Sendable {
    public var report: PoliceReport
    /// The report's content, whatever it came wrapped in.
    public let identity: [UInt8]

    public init(_ report: PoliceReport, identity: [UInt8]) {
        self.report = report
        self.identity = identity
    }

    /// The same report, from somebody who says that there is danger now.
    public func raisedToAcute() -> ReceivedReport { ReceivedReport(report.raisedToAcute(), identity: identity) }
}

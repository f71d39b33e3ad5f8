// SPDX-License-Identifier: EUPL-1.2

import Engine
import FoundationEssentials
import Hummingbird
import Messages
import Values

/// Takes reports in. The same report again answers the same; the same reference with another report is a conflict.
struct ReportRoutes: Sendable {
    let intake: Intake
    let read: @Sendable ([UInt8]) throws -> PoliceReport

    func add(to api: RouterGroup<ConsoleContext>) {
        api.post("meldingen") { request, context in
            try context.require(.intake, .operator)
            let body = Array(try await request.body.collect(upTo: MessageLimits.reportBytesMax).readableBytesView)
            let receipt = try await intake.submit(try read(body), body: body, at: .now)
            return Response(
                json: ["zaak": .string(receipt.caseID.uuidString.lowercased())], status: receipt.isDuplicate ? .ok : .created)
        }
    }
}

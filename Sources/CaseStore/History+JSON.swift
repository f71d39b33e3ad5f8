// SPDX-License-Identifier: EUPL-1.2

import FoundationEssentials
public import Values

extension History.CaseSummary {
    /// Codes and states, for whoever reads cases by machine.
    public var json: JSON {
        [
            "case": .string(caseID.uuidString.lowercased()), "workflow": .string(workflow), "version": .integer(Int64(version)),
            "status": .string(status), "configuration": state["configuration"] ?? [], "outcomes": state["outcomes"] ?? [:],
            "safetyHolder": safetyHolder.map { .string($0) } ?? .null, "createdAt": .string(createdAt.description),
            "updatedAt": .string(updatedAt.description),
        ]
    }
}

extension History.CaseSummary {
    /// With how many reports the case is about, and the cases that its household was in before.
    public func json(with reports: History.Reports) -> JSON {
        var members = json.objectValue ?? [:]
        members["reports"] = .integer(Int64(reports.count))
        members["relatedCases"] = .array(reports.relatedCases.map { .string($0.uuidString.lowercased()) })
        return .object(members)
    }
}

extension EventRecord {
    public var json: JSON {
        [
            "number": .integer(number), "at": .string(recordedAt.description), "kind": .string(kind.rawValue), "name": .string(name),
            "sender": sender.map { .string($0) } ?? .null, "data": data, "configuration": configuration, "effects": effects,
        ]
    }
}

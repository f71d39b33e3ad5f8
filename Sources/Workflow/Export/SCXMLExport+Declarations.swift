// SPDX-License-Identifier: EUPL-1.2

import Values

extension SCXMLExport {
    /// What SCXML has no elements for: the head, sources, the report, events, tasks.
    func declarations(_ xml: inout XMLWriter) {
        xml.element(
            "k:workflow",
            [
                "title": definition.title, "version": "\(definition.version)", "validFrom": definition.validFrom?.description,
                "calendar": definition.calendarName, "municipalities": definition.municipalities.joined(separator: " "),
                "safetySight": definition.safetySight.map { definition.facts[$0].name },
            ]
        ) { xml in
            for (name, text) in definition.sources.sorted(by: { $0.key < $1.key }) { xml.element("k:source", ["id": name], text: text) }
            if !definition.report.isEmpty { xml.element("k:report") { fields(definition.report, &$0) } }
            for event in definition.events.values.sorted(by: { $0.position < $1.position }) { self.event(event, &xml) }
            for task in definition.tasks { self.task(task, &xml) }
        }
    }

    func datamodel(_ xml: inout XMLWriter) {
        guard !definition.facts.isEmpty else { return }
        xml.element("datamodel") { xml in
            for fact in definition.facts {
                xml.empty(
                    "data",
                    [
                        "id": fact.name, "expr": CELText.literal(fact.initial), "k:type": fact.type.keyword,
                        "k:values": fact.type.values?.joined(separator: " "),
                    ])
            }
        }
    }

    private func fields(_ fields: [FieldDeclaration], _ xml: inout XMLWriter) {
        for field in fields {
            xml.empty(
                "k:field",
                [
                    "name": field.name, "type": field.type.keyword, "values": field.type.values?.joined(separator: " "),
                    "required": field.isRequired ? "true" : nil,
                ])
        }
    }

    private func event(_ event: EventDeclaration, _ xml: inout XMLWriter) {
        xml.element(
            "k:event",
            ["name": event.name, "from": event.from?.joined(separator: " "), "internal": event.isInternal ? "true" : nil]
        ) { xml in
            fields(event.fields, &xml)
            for requirement in event.requirements {
                xml.empty(
                    "k:require", ["that": requirement.that.source, "else": requirement.otherwise, "source": requirement.source])
            }
            for assignment in event.assignments {
                xml.empty("k:set", ["fact": definition.facts[assignment.fact].name, "expr": assignment.value.source])
            }
        }
    }

    private func task(_ task: TaskDeclaration, _ xml: inout XMLWriter) {
        xml.empty(
            "k:task",
            [
                "name": task.name, "title": task.title, "to": task.to, "organisation": task.organisation?.source,
                "answers": task.answers.joined(separator: " "), "shows": task.shows.joined(separator: " "), "purpose": task.purpose,
                "basis": task.basis, "lane": task.lane.rawValue, "maxAttempts": "\(task.retry.maxAttempts)",
                "intervalSeconds": "\(task.retry.interval.components.seconds)", "backoffRate": "\(task.retry.backoffRate)",
            ])
    }
}

extension DataType {
    /// The word that a definition has for the type; a list says of what.
    var keyword: String {
        switch self {
        case .boolean: "boolean"
        case .integer: "integer"
        case .enumeration: "enum"
        case .set: "set"
        case .list(let element): "list of \(element.keyword)"
        case .code: "code"
        case .date: "date"
        case .instant: "instant"
        case .text: "text"
        }
    }

    /// The closed list of codes, where the type has one.
    var values: [String]? {
        switch self {
        case .enumeration(let values), .set(let values): values
        case .list(let element): element.values
        case .boolean, .integer, .code, .date, .instant, .text: nil
        }
    }
}

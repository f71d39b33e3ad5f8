// SPDX-License-Identifier: EUPL-1.2

/// What the attributes of one element say, and what is wrong with them.
struct AttributeReading {
    private(set) var isNil = false
    /// Why there is no value; a value of ``reasons``.
    private(set) var reason: String?
    /// `StUF:indOnvolledigeDatum`.
    private(set) var incompleteness: String?
    /// `naam` of an extra element.
    private(set) var name: String?
    private(set) var problems: [String] = []

    private static let reasons: Set<String> = [
        "nietOndersteund", "nietGeautoriseerd", "geenWaarde", "waardeOnbekend", "vastgesteldOnbekend",
    ]
    private static let keys: Set<String> = [
        "sleutelVerzendend", "sleutelOntvangend", "sleutelGegevensbeheer", "sleutelSynchronisatie", "verwerkingssoort",
    ]

    init(_ attributes: [ElementName: String], of rule: ElementRule) {
        if case .envelope = rule.content { return }
        if case .foreign = rule.content { return }
        // In the order of their names, so that a message gets the same errors every time.
        for (attribute, value) in attributes.sorted(by: { ($0.key.namespace, $0.key.local) < ($1.key.namespace, $1.key.local) }) {
            take(attribute, value, rule: rule)
        }
        if rule.entity?.isRequired == true, attributes[ElementName(namespace: Namespace.stuf, local: "entiteittype")] == nil {
            problems.append("misses the attribute StUF:entiteittype")
        }
        if case .named = rule.content, name == nil { problems.append("misses the attribute naam") }
        if isNil, !rule.isNillable { problems.append("should have a value; xsi:nil is not enough here") }
    }

    private mutating func take(_ attribute: ElementName, _ value: String, rule: ElementRule) {
        switch (attribute.namespace, attribute.local) {
        case (Namespace.xsi, "nil"):
            isNil = ["true", "1"].contains(value)
            check(["true", "1", "false", "0"].contains(value), "xsi:nil should be true or false")
        case (Namespace.xsi, "schemaLocation"), (Namespace.xsi, "noNamespaceSchemaLocation"): break
        case (Namespace.stuf, "noValue"), ("", "noValue"):
            reason = value
            check(rule.mayGiveReason && AttributeReading.reasons.contains(value), "noValue should be a reason of the standard")
        case (Namespace.stuf, "exact"):
            check(rule.isLeaf && ["true", "false", "1", "0"].contains(value), "StUF:exact should be true or false")
        case (Namespace.stuf, "indOnvolledigeDatum"):
            incompleteness = value
            check(rule.mayBeIncomplete && ["V", "D", "M", "J"].contains(value), "StUF:indOnvolledigeDatum should be V, D, M or J")
        case (Namespace.stuf, "entiteittype"):
            check(rule.entity.map { $0.type == nil || $0.type == value } ?? false, rule.entityExpectation)
        case (Namespace.stuf, "scope"): check(rule.entity != nil, "StUF:scope does not belong here")
        case (Namespace.stuf, let local), ("", let local):
            if local == "naam", attribute.namespace.isEmpty, rule.isNamed {
                name = value
            } else {
                check(rule.entity != nil && AttributeReading.keys.contains(local), "has an attribute that does not belong here")
            }
        default: problems.append("has an attribute that does not belong here")
        }
    }

    private mutating func check(_ isRight: Bool, _ problem: String) {
        if !isRight { problems.append(problem) }
    }
}

extension ElementRule {
    fileprivate var isLeaf: Bool {
        switch content {
        case .text, .code, .date, .named: true
        case .group, .envelope, .foreign: false
        }
    }

    fileprivate var isNamed: Bool {
        if case .named = content { return true }
        return false
    }

    fileprivate var mayBeIncomplete: Bool {
        if case .date = content { return true }
        return isNamed
    }

    fileprivate var mayGiveReason: Bool { isLeaf || entity != nil }

    fileprivate var entityExpectation: String {
        guard let entity else { return "StUF:entiteittype does not belong here" }
        return "StUF:entiteittype should be \(entity.type ?? "the type of the entity")"
    }
}

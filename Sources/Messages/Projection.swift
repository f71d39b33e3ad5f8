// SPDX-License-Identifier: EUPL-1.2

public import Values

/// What one partner may see of a case, made from everything that is known of it. Pure: which group is shown how comes in from
/// outside, and what no group names is shown to nobody.
public struct Projection: Sendable {
    public enum Level: String, Hashable, Sendable, CaseIterable {
        case full
        case code
        case pseudonym
        case none
    }

    /// Group by group how much is shown.
    public let levels: [String: Level]

    public init(levels: [String: Level]) { self.levels = levels }

    /// A message's content, and the persons whose data are in it.
    public struct Result: Hashable, Sendable {
        public let content: JSON
        /// Numbers of persons in the case, ascending.
        public let subjects: [Int]
        /// The groups that were shown, for the log of processing.
        public let groups: [String]

        public init(content: JSON, subjects: [Int], groups: [String]) {
            self.content = content
            self.subjects = subjects
            self.groups = groups
        }
    }

    private static let identity = [
        "bsn", "vreemdelingennummer", "rni", "geslachtsnaam", "voorvoegselGeslachtsnaam", "voornamen", "geslacht", "geboortedatum",
        "ongeboren",
    ]
    /// Text about one person, which goes with the text of the report.
    private static let personalText = ["aanvullendeInformatie", "overigeZorgMinderjarige", "geinformeerd"]
    private static let codes = ["geslacht", "ongeboren"]

    /// - Parameters:
    ///   - narrative: the report's texts.
    ///   - registration: the report's codes.
    ///   - persons: by their numbers in the case.
    public func apply(narrative: JSON, registration: JSON, persons: [(number: Int, person: PoliceReport.Person)]) -> Result {
        var content: [String: JSON] = [:]
        var subjects: Set<Int> = []
        for (group, isChild) in [("kinderen", true), ("ouders", false)] {
            guard level(group) != .none else { continue }
            // The reporter is a group of his own: who reports is not thereby known to others.
            let members = persons.filter { $0.person.isChild == isChild && (!$0.person.isReporter || level("melder") != .none) }
            content[group] = .array(members.map { view($0.number, $0.person, at: level(group)) })
            if level(group) != .pseudonym { subjects.formUnion(members.map(\.number)) }
        }
        if level("melding") == .full { content["melding"] = narrative.only(PoliceReport.reportTextFields) }
        if level("registraties") == .full { content["registraties"] = narrative.only(PoliceReport.policeRegistrationFields) }
        if level("regeling") == .full { content["regeling"] = registration }
        let shown = levels.filter { $0.value != .none }.keys.sorted()
        return Result(content: .object(content), subjects: subjects.sorted(), groups: shown)
    }

    private func view(_ number: Int, _ person: PoliceReport.Person, at level: Level) -> JSON {
        var view: [String: JSON] = ["persoon": .integer(Int64(number)), "rol": .string(person.role)]
        let fields = level == .full ? Projection.identity : level == .code ? Projection.codes : []
        for field in fields { view[field] = person.details[field] }
        guard level == .full else { return .object(view) }
        if !person.isChild { view["telefoonnummers"] = person.details["telefoonnummers"] }
        if self.level("melding") == .full {
            for field in Projection.personalText { view[field] = person.details[field] }
            // Somebody's relations may lead to the reporter.
            if self.level("melder") == .full { view["relaties"] = person.details["relaties"] }
        }
        addAddresses(of: person, to: &view)
        // Whoever may not have the address is told that there is one to be careful with.
        if person.hasSecretAddress { view["geheimAdres"] = true }
        return .object(view)
    }

    private func addAddresses(of person: PoliceReport.Person, to view: inout [String: JSON]) {
        let mayHaveActual = level("adresFeitelijk") == .full
        if level("adresFormeel") == .full {
            if person.hasSecretAddress, !mayHaveActual {
                view["adresFormeel"] = .null
            } else {
                for field in ["adresFormeel", "adresFormeelBuitenland"] { view[field] = person.details[field] }
            }
        }
        if mayHaveActual {
            for field in ["adresFeitelijk", "adresFeitelijkBuitenland"] { view[field] = person.details[field] }
        }
    }

    private func level(_ group: String) -> Level { levels[group] ?? .none }
}

extension JSON {
    fileprivate func only(_ names: Set<String>) -> JSON { .object((objectValue ?? [:]).filter { names.contains($0.key) }) }
}

// SPDX-License-Identifier: EUPL-1.2

import Values

/// Who was told of the report (`isGeinformeerdAan`), sorted by person: what somebody answered is kept with him or her, so that
/// whoever is erased is erased with it.
struct Told {
    private let byPerson: [Int: [VTMeldingDocument.Informed]]
    private let beside: [VTMeldingDocument.Informed]

    /// - Parameter persons: those in the report, in their order.
    init(_ informed: [VTMeldingDocument.Informed], among persons: [VTMeldingDocument.Involved]) {
        var byPerson: [Int: [VTMeldingDocument.Informed]] = [:]
        var beside: [VTMeldingDocument.Informed] = []
        for entry in informed {
            if let index = persons.firstIndex(where: { entry.isAbout($0.gerelateerde) }) {
                byPerson[index, default: []].append(entry)
            } else {
                beside.append(entry)
            }
        }
        self.byPerson = byPerson
        self.beside = beside
    }

    func entries(of person: Int) -> [VTMeldingDocument.Informed] { byPerson[person] ?? [] }

    /// Those who are not in the report.
    var others: JSON? { .list(beside.map { .members($0.answer.merging($0.gerelateerde?.identity ?? [:]) { answer, _ in answer }) }) }

    var extras: [VTMeldingDocument.Extras?] { beside.flatMap(\.allExtras) }
}

extension VTMeldingDocument.Informed {
    /// How somebody was told, and what he or she said.
    var answer: [String: JSON?] {
        [
            "wijze": .text(wijzeVanInformering), "gereageerd": .indicator(indicatieGereageerd), "strekking": .text(strekkingReactie),
            "datum": .text(datumGeinformeerd),
        ]
    }

    var allExtras: [VTMeldingDocument.Extras?] { [extraElementen, gerelateerde?.extraElementen] }

    /// By number where both have one of the same kind, else by full name.
    fileprivate func isAbout(_ person: NaturalPerson?) -> Bool {
        guard let told = gerelateerde, let person else { return false }
        for (mine, other) in [(told.bsn, person.bsn), (told.vreemdelingennummer, person.vreemdelingennummer), (told.rni, person.rni)] {
            if let mine, let other { return mine == other }
        }
        guard let familyName = told.geslachtsnaam, let firstNames = told.voornamen else { return false }
        return familyName == person.geslachtsnaam && firstNames == person.voornamen
            && told.voorvoegselGeslachtsnaam == person.voorvoegselGeslachtsnaam
    }
}

// SPDX-License-Identifier: EUPL-1.2

import Messages
import Values

/// Brings one person of a `vtMeldingDi01` into the form that all reports share.
struct PersonForm {
    private let involved: VTMeldingDocument.Involved
    private let told: [VTMeldingDocument.Informed]
    private var person: NaturalPerson? { involved.gerelateerde }

    /// - Parameter told: what the message says of telling this person of the report.
    init(_ involved: VTMeldingDocument.Involved, told: [VTMeldingDocument.Informed]) {
        self.involved = involved
        self.told = told
    }

    var json: JSON {
        .members([
            "rol": .string(involved.jeugzorgrol),
            "bsn": .text(person?.bsn), "vreemdelingennummer": .text(person?.vreemdelingennummer), "rni": .text(person?.rni),
            "geslachtsnaam": .text(person?.geslachtsnaam) ?? .null,
            "voorvoegselGeslachtsnaam": .text(person?.voorvoegselGeslachtsnaam), "voornamen": .text(person?.voornamen),
            // O is the standard's own code for a sex that is not known.
            "geslacht": .text(person?.geslachtsaanduiding) ?? "O", "geboortedatum": .text(person?.geboortedatum),
            "telefoonnummers": .texts(person?.telefoonnummer ?? []), "nationaliteit": .text(person?.nationaliteit),
            "taal": .text(person?.taal),
            "adresFormeel": person?.formeelBinnenland.flatMap(address),
            "adresFormeelBuitenland": person?.formeelBuitenland.flatMap(addressAbroad),
            "adresFeitelijk": person?.feitelijkBinnenland.flatMap(address),
            "adresFeitelijkBuitenland": person?.feitelijkBuitenland.flatMap(addressAbroad),
            "geheimAdres": isAddressWithheld ? true : nil,
            // An unborn child is told of here, at its mother.
            "aanvullendeInformatie": .text(involved.aanvullendeInformatieBetrokkenPersoon),
            "overigeZorgMinderjarige": .text(involved.overigeZorgMinderjarige),
            "geinformeerd": .list(told.map { .members($0.answer) }),
            "relaties": .list((person?.staatInRelatieTot ?? []).map(relation)),
            "overigeGegevens": .extras(extras),
        ])
    }

    private var extras: [VTMeldingDocument.Extras?] {
        [involved.extraElementen, person?.extraElementen]
            + (person?.staatInRelatieTot ?? []).flatMap { [$0.extraElementen, $0.gerelateerde?.extraElementen] }
            + told.flatMap(\.allExtras)
    }

    private func relation(_ relation: NaturalPerson.Relation) -> JSON {
        var members = relation.gerelateerde?.identity ?? [:]
        members["omschrijving"] = .text(relation.omschrijvingSocialeRelatie)
        return .members(members)
    }

    // MARK: - Addresses

    /// The schema has no field for a secret address. A sender who has an address and may not give it says that it is one.
    private var isAddressWithheld: Bool {
        let dutch = [person?.formeelBinnenland, person?.feitelijkBinnenland].compactMap(\.self).flatMap {
            [$0.woonplaats, $0.straat, $0.postcode, $0.huisnummer, $0.huisletter, $0.huisnummertoevoeging]
        }
        let abroad = [person?.formeelBuitenland, person?.feitelijkBuitenland].compactMap(\.self).flatMap {
            [$0.landcode, $0.regel1, $0.regel2, $0.regel3]
        }
        return (dutch + abroad).contains { $0?.isWithheld ?? false }
    }

    /// Nil where no part of it is given.
    private func address(_ address: NaturalPerson.Address) -> JSON? {
        guard
            case .object(var parts)? = JSON.membersWherePresent([
                "straat": .text(address.straat?.text), "huisnummer": .text(address.huisnummer?.text),
                "huisletter": .text(address.huisletter?.text),
                "huisnummertoevoeging": .text(address.huisnummertoevoeging?.text), "postcode": .text(address.postcode?.text),
                "woonplaats": .text(address.woonplaats?.text),
            ])
        else { return nil }
        for part in ["straat", "huisnummer", "woonplaats"] where parts[part] == nil { parts[part] = .null }
        return .object(parts)
    }

    private func addressAbroad(_ address: NaturalPerson.AddressAbroad) -> JSON? {
        let lines = [address.regel1, address.regel2, address.regel3].compactMap { $0?.text }
        guard address.landcode?.text != nil || !lines.isEmpty else { return nil }
        return ["landcode": .text(address.landcode?.text) ?? .null, "regels": .array(lines.map { .string($0) })]
    }
}

extension NamedPerson {
    /// Who it is, as far as the message says.
    var identity: [String: JSON?] {
        [
            "bsn": .text(bsn), "vreemdelingennummer": .text(vreemdelingennummer), "rni": .text(rni), "geslachtsnaam": .text(geslachtsnaam),
            "voorvoegselGeslachtsnaam": .text(voorvoegselGeslachtsnaam), "voornamen": .text(voornamen),
            "volledigeNaam": .text(volledigeNaam),
        ]
    }
}

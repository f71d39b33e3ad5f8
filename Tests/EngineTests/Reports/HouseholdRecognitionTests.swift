// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Testing
import Values

@testable import CaseStore
@testable import Engine
@testable import Messages

@Suite("Knowing a household again")
struct HouseholdRecognitionTests {
    private static func recognition(key: UInt8 = 1) throws -> HouseholdRecognition {
        try HouseholdRecognition(
            rules: HouseholdRules(yaml: EngineSettings.text("Config/households.yaml")), key: Array(repeating: key, count: 32))
    }

    private static func person(_ role: String, _ details: String) throws -> PoliceReport.Person {
        PoliceReport.Person(role: role, details: try JSON.parse("{\(details)}"), hasSecretAddress: false)
    }

    private static let anna = #""geslachtsnaam": "De Proef-Öz", "geboortedatum": "1988-03-01", "voornamen": "Anna""#
    private static let home = #""adresFormeel": { "postcode": "3500AA", "huisnummer": "1" }"#
    private static let elsewhere = #""adresFormeel": { "postcode": "9999ZZ", "huisnummer": "8" }"#

    /// Files the first people as a case and looks for it with the second.
    private func isSame(_ filed: [PoliceReport.Person], _ reported: [PoliceReport.Person]) throws -> Bool {
        let recognition = try Self.recognition()
        let caseID = UUID()
        let candidate = CaseStore.HouseholdCase(caseID: caseID, workflow: "w", isClosed: false)
        let keys = recognition.persons(filed).flatMap { person in
            person.digests.map {
                CaseStore.SharedKey(caseID: caseID, person: person.index + 1, role: person.role, kind: $0.kind, digest: $0.bytes)
            }
        }
        return !recognition.match(recognition.persons(reported), [candidate], keys).cases.isEmpty
    }

    @Test(
        "what counts, and what does not",
        arguments: [
            ("the same child by its BSN", [("jeugdige", #""bsn": "999996708""#)], [("jeugdige", #""bsn": "999996708""#)], true),
            ("another child", [("jeugdige", #""bsn": "999996708""#)], [("jeugdige", #""bsn": "999996630""#)], false),
            (
                "a child without a BSN, by name, birth and address", [("jeugdige", "\(anna), \(home)")], [("jeugdige", "\(anna), \(home)")],
                true
            ),
            ("the same name elsewhere", [("jeugdige", "\(anna), \(home)")], [("jeugdige", "\(anna), \(elsewhere)")], false),
            (
                "spelled otherwise", [("jeugdige", "\(anna), \(home)")],
                [
                    (
                        "jeugdige",
                        ##""geslachtsnaam": "de proef oz", "geboortedatum": "1988-03-01", "adresFeitelijk": { "postcode": "3500 aa", "huisnummer": " 1" }"##
                    )
                ],
                true
            ),
            (
                "a foreigner's number", [("jeugdige", #""vreemdelingennummer": "V12345""#)],
                [("jeugdige", #""vreemdelingennummer": "v12345""#)], true
            ),
            ("an address alone", [("jeugdige", home)], [("jeugdige", home)], false),
            (
                "one parent and the address", [("ouder met gezag", "\(anna), \(home)")],
                [("ouder, gezag niet benoemd", "\(anna), \(home)")], true
            ),
            (
                "one parent, another address", [("ouder met gezag", #""bsn": "999996630", \#(home)"#)],
                [("ouder met gezag", #""bsn": "999996630", \#(elsewhere)"#)], false
            ),
            (
                "both parents, wherever they live",
                [("ouder met gezag", #""bsn": "999996630""#), ("ouder zonder gezag", #""bsn": "999996642""#)],
                [("ouder zonder gezag", #""bsn": "999996642""#), ("ouder met gezag", #""bsn": "999996630""#)], true
            ),
            ("the same reporter", [("melder", #""bsn": "999996642", \#(home)"#)], [("melder", #""bsn": "999996642", \#(home)"#)], false),
            (
                "a birth of which the day is not known", [("jeugdige", ##""geslachtsnaam": "X", "geboortedatum": "2015", \##(home)"##)],
                [("jeugdige", ##""geslachtsnaam": "X", "geboortedatum": "2015", \##(home)"##)], false
            ),
        ] as [(String, [(String, String)], [(String, String)], Bool)])
    func rules(what: String, filed: [(String, String)], reported: [(String, String)], isSame expected: Bool) throws {
        #expect(try isSame(filed.map(Self.person), reported.map(Self.person)) == expected)
    }

    @Test("twins are two persons, although all but their first names is the same")
    func twins() throws {
        let recognition = try Self.recognition()
        let twins = try ["Sam", "Sep"].map {
            try Self.person(
                "jeugdige", #""geslachtsnaam": "Tweeling", "voornamen": "\#($0)", "geboortedatum": "2015-01-01", \#(Self.home)"#)
        }
        let caseID = UUID()
        let keys = recognition.persons(twins).flatMap { person in
            person.digests.map {
                CaseStore.SharedKey(caseID: caseID, person: person.index + 1, role: person.role, kind: $0.kind, digest: $0.bytes)
            }
        }
        let candidate = CaseStore.HouseholdCase(caseID: caseID, workflow: "w", isClosed: false)
        let known = recognition.match(recognition.persons(twins.reversed()), [candidate], keys)
        #expect(known.numbers[caseID] == [0: 2, 1: 1])
    }

    @Test("without the key nobody can tell who it was")
    func key() throws {
        let person = try Self.person("jeugdige", #""bsn": "999996708""#)
        let one = try Self.recognition(key: 1).persons([person])[0].digests
        let other = try Self.recognition(key: 2).persons([person])[0].digests
        #expect(one.count == 1 && one != other)
        #expect(throws: ConfigurationError.self) {
            try HouseholdRecognition(rules: HouseholdRules(yaml: EngineSettings.text("Config/households.yaml")), key: [1, 2, 3])
        }
    }

    @Test(
        "a file of rules that cannot be used says what to mend",
        arguments: [
            ("samePerson: [bsn,", "samePerson: [sofinummer,", "samePerson"),
            ("by: [adres]", "by: [huis]", "gedeelde-ouder-op-hetzelfde-adres"), ("atLeast: 2", "atLeast: 0", "1 or more"),
            ("fields: [bsn]", #"fields: ["bsn?"]"#, "no field that has to be there"), ("id: rni", "id: bsn", "twice"),
        ])
    func unusable(what: String, with: String, says: String) throws {
        let text = try EngineSettings.text("Config/households.yaml")
        #expect(text.contains(what))
        let error = #expect(throws: ConfigurationError.self) { try HouseholdRules(yaml: text.replacing(what, with: with)) }
        #expect(error?.description.contains(says) == true)
    }
}

// SPDX-License-Identifier: EUPL-1.2

import Messages
import Testing
import Values

@testable import StUF

@Suite("Two notations of one report")
struct EquivalenceTests {
    @Test("what is said in XML is the same report as what is said in JSON")
    func sameReport() throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SplitMix64(seed: seed)
        for round in 0..<200 {
            let specimen = Specimen(using: &generator)
            let fromXML = try Checkout.read(specimen.xml).report
            let fromJSON = try PoliceReport(specimen.json, roles: Checkout.roles)
            #expect(fromXML.registration == fromJSON.registration, "seed \(seed), round \(round)")
            #expect(fromXML == fromJSON, "seed \(seed), round \(round)")
        }
    }

    @Test("whatever the message of the police can say, a report in JSON can say")
    func wholeForm() throws {
        let bytes = Array(try Checkout.sample().utf8)
        let check = try MessageReader.check(bytes, against: VTMeldingRules.roots(roles: Checkout.roles))
        let form = ReportForm(try VTMelding.decode(check.plain.bytes)).json
        #expect(try PoliceReport(form.text, roles: Checkout.roles) == VTMelding(bytes, roles: Checkout.roles).report)
    }

    @Test(
        "the reports that are made up for this are valid messages",
        .enabled(if: Checkout.canValidate, "the schemas are not beside the checkout, or xmllint is missing"))
    func validSpecimens() throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SplitMix64(seed: seed)
        for round in 0..<20 {
            let specimen = Specimen(using: &generator)
            #expect(try Checkout.isValid(specimen.xml), "seed \(seed), round \(round)")
        }
    }
}

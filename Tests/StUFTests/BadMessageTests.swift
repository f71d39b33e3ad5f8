// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Messages
import Testing

@testable import StUF

@Suite("A vtMeldingDi01 that is not right")
struct BadMessageTests {
    private static let object = "/vtMeldingDi01/object"
    private static let concern = "/vtMeldingDi01/object/betreft/gerelateerde"

    /// A change to the sample, and what is told of it at the line where `marker` first stands.
    struct Case: Sendable, CustomTestStringConvertible {
        let part: String
        let replacement: String
        let marker: String
        let expected: String

        init(_ part: String, _ replacement: String, _ expected: String, at marker: String? = nil) {
            self.part = part
            self.replacement = replacement
            self.expected = expected
            self.marker = marker ?? part
        }

        var testDescription: String { "\(part) → \(replacement)" }
    }

    private static func person(_ number: Int) -> String { "\(concern)/heeftBetrokken[\(number)]/gerelateerde" }

    private static let missing = [
        Case(
            "<stuf:referentienummer>PL0900-2026000109</stuf:referentienummer>", "",
            "/vtMeldingDi01/stuurgegevens/referentienummer is missing", at: "<jz:stuurgegevens>"),
        Case(
            "<stuf:referentienummer>PL0900-2026000109<", "<stuf:referentienummer><",
            "/vtMeldingDi01/stuurgegevens/referentienummer should be a text of 1 to 40"),
        Case("<jz:datumIncident>20261122</jz:datumIncident>", "", "\(object)/datumIncident is missing", at: "<jz:object"),
        Case(
            "<jz:jeugzorgrol>jeugdige</jz:jeugzorgrol>", "", "\(concern)/heeftBetrokken[1]/jeugzorgrol is missing", at: "<jz:heeftBetrokken"
        ),
        Case(
            "<bg:geslachtsnaam>Proef</bg:geslachtsnaam>", "", "\(person(1))/geslachtsnaam is missing",
            at: #"<jz:gerelateerde stuf:entiteittype="NPS""#),
        Case(#" stuf:entiteittype="VTMZOS""#, "", "\(object)/betreft misses the attribute StUF:entiteittype"),
    ]

    private static let misplaced = [
        Case(
            "<jz:datumMelding>", "<jz:haast>999996708</jz:haast><jz:datumMelding>",
            "\(object) may not hold an element that is not in the schema; it may hold identificatieVtMelding, datumMelding"),
        Case(
            "<jz:datumMelding>", "<bg:taal>999996708</bg:taal><jz:datumMelding>",
            "\(object) may not hold taal; it may hold identificatieVtMelding"),
        Case(
            "<jz:informering>", "<jz:datumMelding>20261124</jz:datumMelding><jz:informering>",
            "\(object) has datumMelding in the wrong place; it should come before contactgegevensVerdiepingOpInfo"),
        Case("<jz:SASHniveau>", "<jz:SASHniveau>laag</jz:SASHniveau><jz:SASHniveau>", "\(object) has more than 1 of SASHniveau"),
        Case("jz:datumMelding>", "bg:datumMelding>", "\(object) has datumMelding in the wrong namespace; it should be http://www.stuf"),
        Case(
            "<jz:datumMelding>", #"<datumMelding xmlns="">20261124</datumMelding><jz:datumMelding>"#,
            "\(object) has datumMelding in the wrong namespace"),
        Case("<jz:datumMelding>", #"<jz:datumMelding haast="1">"#, "\(object)/datumMelding has an attribute that does not belong here"),
        Case(
            "<jz:datumMelding>", #"<jz:datumMelding jz:exact="true">"#, "\(object)/datumMelding has an attribute that does not belong here"),
        Case(
            #"<jz:heeftBetrokken stuf:entiteittype="ZOSNPS">"#, #"<jz:heeftBetrokken stuf:entiteittype="NPS">"#,
            "\(concern)/heeftBetrokken[1] StUF:entiteittype should be ZOSNPS"),
        Case("<jz:datumMelding>", "<jz:datumMelding><jz:x/>", "\(object)/datumMelding should hold text, not elements"),
        Case("<jz:datumMelding>", "tekst<jz:datumMelding>", "\(object) should hold elements, not text", at: "<jz:object"),
    ]

    private static let otherMessages = [
        Case(">Di01<", ">Du01<", "/vtMeldingDi01/stuurgegevens/berichtcode should be one of Di01"),
        Case(
            "<stuf:functie>vtMeldingDi01<", "<stuf:functie>zorgmeldingDi01<",
            "/vtMeldingDi01/stuurgegevens/functie should be one of vtMeldingDi01"),
        Case(
            "jz:vtMeldingDi01", "jz:zorgmeldingDi01", "/ the root element should be vtMeldingDi01 of http://www.stuf",
            at: "XMLSchema-instance"),
        Case(
            "koppelvlak/jz0100", "koppelvlak/jz0200", "/ the root element is in the wrong namespace; it should be http://www.stuf",
            at: "XMLSchema-instance"),
    ]

    private static let values = [
        Case(
            "<jz:datumIncident>20261122<", "<jz:datumIncident>20260230<",
            "\(object)/datumIncident should be a date that exists, as yyyymmdd"),
        Case("<jz:datumMelding>20261124<", "<jz:datumMelding>24-11-2026<", "\(object)/datumMelding should be a date that exists"),
        Case(">19880302<", ">19880000<", "\(person(2))/geboortedatum should be a date that exists"),
        Case(#""D">19850600"#, #""D">19851300"#, "\(person(3))/geboortedatum should be a date that exists"),
        Case(#""D">19850600"#, #""X">19850600"#, "\(person(3))/geboortedatum StUF:indOnvolledigeDatum should be V, D, M or J"),
        Case(">20261124091500<", ">20261399091500<", "/vtMeldingDi01/stuurgegevens/tijdstipBericht should be a moment that exists"),
        Case(
            "<bg:inp.bsn>999996654<", "<bg:inp.bsn>999998620<",
            "\(person(1))/inp.bsn should be a BSN of nine digits that passes the eleven-proof"),
        Case("<bg:inp.bsn>999996654<", "<bg:inp.bsn>99999665<", "\(person(1))/inp.bsn should be a BSN of nine digits"),
        Case(">informant<", ">oom<", "\(concern)/heeftBetrokken[4]/jeugzorgrol should be one of jeugdige, ouder met gezag"),
        Case(">laag<", ">heel hoog<", "\(object)/SASHniveau should be one of laag, matig, hoog"),
        Case(">laag<", "><", "\(object)/SASHniveau should be one of laag, matig, hoog"),
        Case("SASHIngevuld>Ja<", "SASHIngevuld>J<", "\(object)/indicatieSASHIngevuld should be one of Ja, Nee"),
        Case(">mondeling<", ">per duif<", "\(object)/isGeinformeerdAan[1]/wijzeVanInformering should be one of mondeling"),
        Case(
            ">00000099000000001000<", ">00000098000000001000<",
            "/vtMeldingDi01/stuurgegevens/zender/organisatie should be an OIN of twenty digits"),
        Case(">3500AB<", ">3500 ab<", "\(person(2))/formeelVerblijfadresBinnenland/aoa.postcode should be a postcode"),
        Case(
            "<bg:aoa.huisnummer>12<", "<bg:aoa.huisnummer>0<",
            "\(person(2))/formeelVerblijfadresBinnenland/aoa.huisnummer should be a number of 1 to"),
        Case(">V</bg", ">W</bg", "\(person(1))/geslachtsaanduiding should be one of M, V, O"),
        Case(
            "<jz:omschrijvingIncident>", "<jz:omschrijvingIncident>\(String(repeating: "9", count: 20_001))",
            "\(object)/omschrijvingIncident should be a text of 1 to 20000 bytes"),
    ]

    private static let noValues = [
        Case(
            "<jz:SASHniveau>laag</jz:SASHniveau>", #"<jz:SASHniveau xsi:nil="true"/>"#,
            "\(object)/SASHniveau should have a value; xsi:nil is not enough here"),
        Case(
            "<jz:jeugzorgrol>jeugdige<", #"<jz:jeugzorgrol xsi:nil="true"><"#,
            "\(concern)/heeftBetrokken[1]/jeugzorgrol should have a value"),
        Case("<jz:datumMelding>", #"<jz:datumMelding xsi:nil="true">"#, "\(object)/datumMelding should be empty, as xsi:nil says"),
        Case("<jz:datumMelding>", #"<jz:datumMelding xsi:nil="maybe">"#, "\(object)/datumMelding xsi:nil should be true or false"),
        Case("waardeOnbekend", "weet niet", "\(person(4))/geslachtsnaam noValue should be a reason of the standard"),
        Case(
            "<jz:jeugzorgrol>jeugdige<", "<jz:jeugzorgrol>informant<", "\(concern) should hold at least one jeugdige",
            at: #"<jz:gerelateerde stuf:entiteittype="ZOS""#),
    ]

    @Test(
        "is refused with the element and the line of what is wrong", arguments: missing + misplaced + otherMessages + values + noValues)
    func table(bad: Case) throws {
        let sample = try Checkout.sample()
        let before = try #require(sample.firstRange(of: bad.marker)?.lowerBound)
        let line = sample[..<before].count { $0 == "\n" } + 1
        let error = try refusal { $0.replacing(bad.part, with: bad.replacement) }
        #expect(error.code == "schema-ongeldig")
        #expect(error.errors.contains { $0.hasPrefix("line \(line): \(bad.expected)") }, "line \(line): \(error)")
        for value in ["999996", "999998", "19880000", "2026-", "20260230", "oom", "duif", "heel", "weet"] {
            #expect(!error.description.contains(value), "\(error)")
        }
    }

    @Test("is refused with everything that is wrong, from top to bottom")
    func allAtOnce() throws {
        let error = try refusal {
            $0.replacing(">Di01<", with: ">Du01<").replacing(">20261122<", with: ">20260230<")
                .replacing("<bg:inp.bsn>999996654<", with: "<bg:inp.bsn>999996655<").replacing(">informant<", with: ">oom<")
        }
        #expect(error.errors.map { $0.prefix(8) } == ["line 9: ", "line 25:", "line 50:", "line 82:", "line 110", "line 121"], "\(error)")
    }

    @Test("is refused with no more errors than somebody can use")
    func manyErrors() throws {
        let error = try refusal {
            $0.replacing("<jz:datumMelding>", with: String(repeating: "<jz:haast/>", count: 50_000) + "<jz:datumMelding>")
        }
        #expect(error.errors.count == MessageLimits.errorsMax + 1)
        #expect(error.errors.last == "and 900 more")
    }

    @Test(
        "is refused in its envelope as well",
        arguments: [
            ("", "line 1: /Envelope/Body is missing"), ("<s:Body/>", "line 1: /Envelope/Body/vtMeldingDi01 is missing"),
            ("<s:Body><s:Fault/></s:Body>", "line 1: /Envelope/Body may not hold an element that is not in the schema"),
            ("<s:Header/>", "line 1: /Envelope/Body is missing"),
            ("<s:Body/><s:Header/>", "line 1: /Envelope has Header in the wrong place"),
        ])
    func envelope(content: String, expected: String) throws {
        let message = #"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">\#(content)</s:Envelope>"#
        let error = try #require(throws: Problem.self) { try Checkout.read(message) }
        #expect(error.errors.contains { $0.hasPrefix(expected) }, "\(error)")
    }

    @Test(
        "is refused where it is no XML, without a word of it",
        arguments: [
            ("", "line 1: / is not XML"), ("  \n", "line 2: / is not XML"), ("melding 999996708", "line 1: / is not XML"),
            ("{\"bsn\": \"999996708\"}", "line 1: / is not XML"), ("<", "line 1: / is not well-formed XML"), ("<a", "line 1: / is not"),
            ("<a>", "line 1: /"), ("<?xml version='1.0'?>", "line 1: / is not XML"), ("<!-- 999996708", "line 1: /"),
            ("<?xml 999996708", "line 1: / is not"),
        ])
    func noXML(text: String, expected: String) throws {
        let error = try #require(throws: Problem.self) { try Checkout.read(text) }
        #expect(error.errors.first?.hasPrefix(expected) == true, "\(error)")
        #expect(!error.description.contains("9999"))
    }

    @Test(
        "is refused where it is not well-formed, with the line",
        arguments: [
            ("</jz:datumMelding>", "</jz:datumIncident>", 24), ("<jz:datumMelding>", "<jz:datumMelding a=b>", 24),
            ("<jz:datumMelding>", "&naam;<jz:datumMelding>", 24), ("jz:datumMelding>", "qq:datumMelding>", 24),
            (">20261124</jz:", ">a & b</jz:", 24), ("</jz:object>\n", "", 128), (#"stuf:entiteittype="VTMZOS""#, #"a="1" a="2""#, 38),
            ("</jz:vtMeldingDi01>", "</jz:vtMeldingDi01><jz:object/>", 129), ("</jz:vtMeldingDi01>", "", 130),
        ])
    func malformed(part: String, replacement: String, line: Int) throws {
        let error = try refusal { $0.replacing(part, with: replacement) }
        #expect(error.errors.contains { $0.hasPrefix("line \(line): / is not well-formed XML") }, "\(error)")
        #expect(!error.description.contains("9999"))
    }

    private func refusal(_ change: (String) -> String) throws -> Problem {
        let sample = try Checkout.sample()
        let changed = change(sample)
        try #require(changed != sample)
        return try #require(throws: Problem.self) { try Checkout.read(changed) }
    }
}

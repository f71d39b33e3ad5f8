// SPDX-License-Identifier: EUPL-1.2

import FoundationEssentials
import Testing

@testable import CaseStore

@Suite("Keys of persons")
struct ContentVaultTests {
    @Test("a key opens for the case and person that it was made for and for nobody else, also when it has just been opened")
    func place() throws {
        let vault = try ContentVault(wrappingKey: Array(repeating: 7, count: 32))
        let (caseID, other) = (UUID(), UUID())
        let wrapped = try vault.makeKey(caseID: caseID, subject: "persoon 1").wrapped
        let sealed = try vault.seal(
            [1, 2, 3], with: vault.openKey(wrapped, caseID: caseID, subject: "persoon 1"), caseID: caseID, subject: "persoon 1", name: "n")
        for _ in 0..<2 {
            let key = try vault.openKey(wrapped, caseID: caseID, subject: "persoon 1")
            #expect(try vault.open(sealed, with: key, caseID: caseID, subject: "persoon 1", name: "n") == [1, 2, 3])
            #expect(throws: (any Error).self) { try vault.openKey(wrapped, caseID: other, subject: "persoon 1") }
            #expect(throws: (any Error).self) { try vault.openKey(wrapped, caseID: caseID, subject: "persoon 2") }
        }
    }

    @Test("however many keys are opened, a bounded number is kept, and each opens rightly")
    func bounded() throws {
        let vault = try ContentVault(wrappingKey: Array(repeating: 7, count: 32))
        let caseID = UUID()
        let first = try vault.makeKey(caseID: caseID, subject: "zaak")
        let sealed = try vault.seal([9], with: first, caseID: caseID, subject: "zaak", name: "n")
        for number in 0..<(2 * KeyCache.countMax + 10) {
            let subject = "persoon \(number)"
            _ = try vault.openKey(vault.makeKey(caseID: caseID, subject: subject).wrapped, caseID: caseID, subject: subject)
        }
        let again = try vault.openKey(first.wrapped, caseID: caseID, subject: "zaak")
        #expect(try vault.open(sealed, with: again, caseID: caseID, subject: "zaak", name: "n") == [9])
    }
}

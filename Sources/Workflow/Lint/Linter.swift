// SPDX-License-Identifier: EUPL-1.2

/// Finds in a definition what loads but should not be published.
///
/// Which roles, bases and projections there are comes in as a ``LintContext``; the linter itself knows no partner and reads no file.
public struct Linter: Sendable {
    private let context: LintContext
    private let calendars: [String: WorkCalendar]

    public init(context: LintContext, calendars: [String: WorkCalendar]) {
        self.context = context
        self.calendars = calendars
    }

    /// Everything that a rule finds and no comment allows, in the order of the text.
    ///
    /// - Parameters:
    ///   - text: the definition, YAML or JSON.
    ///   - file: what errors call the text.
    ///   - digest: SHA-256 of the text in hexadecimal, compared with the digests of ``LintContext/published``; nil compares nothing.
    /// - Throws: everything that keeps the definition from loading.
    public func findings(in text: String, file: String, digest: String? = nil) throws(DefinitionError) -> [LintFinding] {
        let definition = try Definition.load(text, file: file, calendars: calendars)
        let document: Document
        do {
            document = try Document.parse(text)
        } catch {
            let problem = DefinitionError.Problem(position: error.position, message: error.message)
            throw DefinitionError(file: file, problems: [problem])
        }
        let subject = LintSubject(definition: definition, text: WorkflowText(document), context: context, digest: digest)
        var findings: [LintFinding] = []
        for rule in LintRule.all {
            findings += rule.check(subject).map { LintFinding(position: $0.position, rule: rule.id, message: $0.message) }
        }
        return Allowance.apply(Allowance.read(text), to: findings).sorted { ($0.position, $0.rule) < ($1.position, $1.rule) }
    }
}

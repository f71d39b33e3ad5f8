// SPDX-License-Identifier: EUPL-1.2

public import Values

/// What a definition is checked against besides itself: who there is, who may see what and why, and what was published.
public struct LintContext: Sendable {
    /// A span of days, both included; nil is open.
    public struct Validity: Hashable, Sendable {
        public var from: CivilDate?
        public var until: CivilDate?

        public init(from: CivilDate? = nil, until: CivilDate? = nil) {
            self.from = from
            self.until = until
        }

        /// Whether something is valid on a day; where no day is known it is taken to be.
        func contains(_ day: CivilDate?) -> Bool {
            guard let day else { return true }
            return from.map { $0 <= day } ?? true && until.map { day <= $0 } ?? true
        }
    }

    /// A partner's role.
    public struct Role: Sendable {
        /// Names of messages that it may send without having been asked, in the words of message types: `acute-onveiligheid-gesignaleerd`.
        public var raises: Set<String>

        public init(raises: Set<String> = []) { self.raises = raises }
    }

    /// Somebody who is no partner: whom a workflow may alarm or escalate to.
    public struct Contact: Sendable {
        /// Whether this contact may send events, as an operator does.
        public var sends: Bool

        public init(sends: Bool = false) { self.sends = sends }
    }

    /// How much of a group of fields a role may see.
    public enum Level: String, Sendable, CaseIterable {
        case full
        case code
        case pseudonym
        case acuteOnly = "acute-only"
        case none
    }

    /// A group of fields, with the most that each role may be shown of it. A role that is not named is shown nothing.
    public struct FieldGroup: Sendable {
        public var show: [String: Level]
        public var validity: Validity

        public init(show: [String: Level], validity: Validity = Validity()) {
            self.show = show
            self.validity = validity
        }
    }

    /// A legal basis: who may disclose to whom, and for what.
    public struct Basis: Sendable {
        /// Roles; `*` is every role.
        public var from: Set<String>
        public var to: Set<String>
        public var purposes: Set<String>
        public var validity: Validity

        public init(from: Set<String>, to: Set<String>, purposes: Set<String>, validity: Validity = Validity()) {
            self.from = from
            self.to = to
            self.purposes = purposes
            self.validity = validity
        }
    }

    /// A version that is in use, by its name and number, with the digest of its text.
    public struct Publication: Hashable, Sendable {
        public var workflow: String
        public var version: Int
        /// SHA-256 in hexadecimal.
        public var digest: String

        public init(workflow: String, version: Int, digest: String) {
            self.workflow = workflow
            self.version = version
            self.digest = digest
        }
    }

    /// The message with which cases start, among those that a role raises.
    static let report = "melding-ontvangen"

    public var roles: [String: Role] = [:]
    public var contacts: [String: Contact] = [:]
    public var fieldGroups: [String: FieldGroup] = [:]
    public var purposes: [String: Validity] = [:]
    public var bases: [String: Basis] = [:]
    /// Seconds for which a partner's worker holds a question without a sign of life.
    public var leaseSeconds: [Lane: Int] = [:]
    public var published: [Publication] = []
    /// The day from which terms are looked at, where the workflow's `validFrom` lies before it.
    public var today: CivilDate?

    public init() {}

    /// Whether somebody of this name can send events at all.
    func canSend(_ name: String) -> Bool { roles[name] != nil || contacts[name]?.sends == true }
}

// SPDX-License-Identifier: EUPL-1.2

public import Values

/// The type of an expression, as far as it is known before there is a case.
public indirect enum GuardType: Hashable, Sendable {
    /// Known only at run time.
    case dyn
    case null
    case bool
    case int
    case double
    case string
    /// A text that is one of the given codes.
    case enumeration(name: String, values: [String])
    case timestamp
    case duration
    case type
    case list(GuardType)
    case map(GuardType)
    /// A closed set of named fields.
    case fields([Field])

    public struct Field: Hashable, Sendable {
        public let name: String
        public let type: GuardType
    }

    public static func record(_ fields: [(String, GuardType)]) -> GuardType {
        .fields(fields.map { Field(name: $0.0, type: $0.1) })
    }

    var description: String {
        switch self {
        case .dyn: "dyn"
        case .null: "null"
        case .bool: "bool"
        case .int: "int"
        case .double: "double"
        case .string, .enumeration: "string"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .type: "type"
        case .list(let element): "list(\(element.description))"
        case .map(let value): "map(\(value.description))"
        case .fields: "record"
        }
    }

    var isText: Bool {
        switch self {
        case .string, .enumeration: true
        default: false
        }
    }

    /// Whether values of both types can ever be equal or ordered.
    func isComparable(with other: GuardType) -> Bool {
        switch (self, other) {
        case (.dyn, _), (_, .dyn), (.null, _), (_, .null): true
        case (.int, .double), (.double, .int): true
        case (.list(let left), .list(let right)), (.map(let left), .map(let right)): left.isComparable(with: right)
        case (.map, .fields), (.fields, .map): true
        default: isText && other.isText || self == other
        }
    }

    /// The type of something that is one or the other.
    func joined(with other: GuardType) -> GuardType {
        if self == other { return self }
        if isText, other.isText { return .string }
        return .dyn
    }
}

/// What an expression may name.
public struct GuardEnvironment: Sendable {
    public enum StateResolution: Sendable {
        case found(Int)
        case unknown
        case ambiguous([String])
    }

    let facts: GuardType
    let data: GuardType
    let report: GuardType
    let resolveState: @Sendable (String) -> StateResolution
    /// Whether operands whose types are known and can never fit are refused before there is a case.
    let isStrict: Bool

    public init(
        facts: GuardType, data: GuardType, report: GuardType, resolveState: @escaping @Sendable (String) -> StateResolution
    ) {
        self.facts = facts
        self.data = data
        self.report = report
        self.resolveState = resolveState
        isStrict = true
    }

    private init() {
        facts = .dyn
        data = .dyn
        report = .dyn
        resolveState = { _ in .unknown }
        isStrict = false
    }

    /// No declarations: every name holds whatever it holds, and types are met at run time, as in CEL without a checker.
    public static let undeclared = GuardEnvironment()
}

/// What an expression reads: the state of a case at one moment.
public struct GuardScope: Sendable {
    /// In the order of the declarations.
    public var facts: [Value]
    /// Stands for `facts` where no facts are declared.
    public var undeclaredFacts: Value
    public var data: Value
    public var report: Value
    public var event: String
    public var sender: String
    public var now: Instant
    public var activeStates: StateSet

    public init(
        facts: [Value] = [], undeclaredFacts: Value = .map([:]), data: Value = .map([:]), report: Value = .map([:]),
        event: String = "", sender: String = "", now: Instant, activeStates: StateSet = StateSet()
    ) {
        self.facts = facts
        self.undeclaredFacts = undeclaredFacts
        self.data = data
        self.report = report
        self.event = event
        self.sender = sender
        self.now = now
        self.activeStates = activeStates
    }
}

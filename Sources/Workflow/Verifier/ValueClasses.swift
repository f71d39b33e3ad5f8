// SPDX-License-Identifier: EUPL-1.2

/// The values of one fact, with those that nothing can tell apart counted as one.
///
/// A fact with a finite domain is divided as coarsely as its readers allow: two values are one where every part of an expression
/// that reads nothing but the fact gives the same for both, and where the same holds for what the fact's own assignments make of
/// them. This is partition refinement, and what it merges no course can distinguish. A counter that is compared with constants and
/// only counts up or only down stands still beyond the outermost of them.
struct ValueClasses: Sendable {
    private enum Rule: Sendable {
        /// Every value is itself.
        case identity
        /// Values are what these parts make of them.
        case parts([Guard], fact: Int, count: Int)
        case table([Value: Int])
        case clamped(ClosedRange<Int64>)
    }

    private let rule: Rule
    /// Known values and the numbers of their classes.
    private var numbers: [Value: UInt8] = [:]
    private var kinds: [[Value]: UInt8] = [:]
    /// One value of each class, in the order in which they were met.
    private(set) var representatives: [Value] = []

    /// Classes of one fact; more are a bound that was hit.
    static let countMax = 255

    init(of fact: Int, in definition: Definition, sites: [Site], fieldValues: (Site) -> [Value]?) {
        let declaration = definition.facts[fact]
        let readers = sites.filter { $0.expression.reads.contains(.fact(fact)) && $0.use != .output }
        let own = readers.filter { $0.use == .set(fact: fact) }
        let parts = readers.filter { $0.use != .set(fact: fact) }.flatMap { $0.parts(reading: { $0 == .fact(fact) }) }
        if own.isEmpty {
            rule = .parts(parts, fact: fact, count: definition.facts.count)
        } else if let domain = declaration.type.domain {
            let refinement = Refinement(fact: fact, definition: definition, domain: domain, parts: parts)
            rule = refinement.classes(under: own, fieldValues).map { .table($0) } ?? .identity
        } else if declaration.type == .integer, let range = ValueClasses.range(of: fact, sites, initial: declaration.initial) {
            rule = .clamped(range)
        } else {
            rule = .identity
        }
    }

    /// The number of a value's class; nil for a value that was not met before.
    func known(_ value: Value) -> UInt8? { numbers[normal(value)] }

    /// The number of a value's class, which is made where it is new; nil where there are too many.
    mutating func number(of value: Value) -> UInt8? {
        let value = normal(value)
        if let known = numbers[value] { return known }
        let kind = kind(of: value)
        if let known = kinds[kind] {
            numbers[value] = known
            return known
        }
        guard representatives.count < ValueClasses.countMax else { return nil }
        let number = UInt8(representatives.count)
        representatives.append(value)
        numbers[value] = number
        kinds[kind] = number
        return number
    }

    private func normal(_ value: Value) -> Value {
        guard case .clamped(let range) = rule, case .int(let number) = value else { return value }
        return .int(min(max(number, range.lowerBound), range.upperBound))
    }

    private func kind(of value: Value) -> [Value] {
        switch rule {
        case .identity, .clamped: return [value]
        case .table(let classes): return classes[value].map { [.int(Int64($0))] } ?? [value, .null]
        case .parts(let parts, let fact, let count):
            var scope = GuardScope(now: .verification)
            scope.facts = Array(repeating: .null, count: count)
            scope.facts[fact] = value
            return parts.map { $0.outcome(in: scope) }
        }
    }

    // MARK: Counters

    /// Where a counter stands still; nil for an integer that is no such counter.
    private static func range(of fact: Int, _ sites: [Site], initial: Value) -> ClosedRange<Int64>? {
        var steps: [Int64] = []
        var constants: Set<Int64> = []
        if case .int(let start) = initial { constants.insert(start) }
        for site in sites where site.use == .set(fact: fact) && site.expression.reads.contains(.fact(fact)) {
            guard case .binary(let function, .fact(fact), .literal(.int(let step))) = site.expression.expression
            else { return nil }
            switch function {
            case .add: steps.append(step)
            case .subtract: steps.append(-step)
            default: return nil
            }
        }
        let others = sites.filter { $0.use != .set(fact: fact) }
        let usage = Usage(of: .fact(fact), in: others, event: nil)
        guard usage.doubts.isEmpty, usage.flowsTo.isEmpty else { return nil }
        for case .int(let literal) in usage.literals { constants.insert(literal) }
        guard let low = constants.min(), let high = constants.max(), high < Int64.max / 2, low > Int64.min / 2 else { return nil }
        if steps.allSatisfy({ $0 >= 0 }) { return Int64.min...(high + 1) }
        return steps.allSatisfy { $0 <= 0 } ? (low - 1)...Int64.max : nil
    }
}

/// Divides a finite domain into the coarsest classes that assignments keep apart.
private struct Refinement {
    let fact: Int
    let definition: Definition
    let domain: [Value]
    let parts: [Guard]

    /// - Returns: the number of each value's class; nil where an assignment depends on more than the fact and its event.
    func classes(under assignments: [Site], _ fieldValues: (Site) -> [Value]?) -> [Value: Int]? {
        var inputs: [(Guard, [Value])] = []
        for site in assignments {
            let isLocal = site.expression.reads.allSatisfy { source in
                if case .data = source { true } else { source == .fact(fact) }
            }
            guard isLocal, let values = fieldValues(site) else { return nil }
            inputs.append((site.expression, values))
        }
        var classes = numbered { value in parts.map { $0.outcome(in: scope(value, data: .map([:]))) } }
        while true {
            let finer = numbered { value in
                [.int(Int64(classes[value] ?? 0))]
                    + inputs.flatMap { expression, values in values.map { image(of: value, expression, $0, classes) } }
            }
            if Set(finer.values).count == Set(classes.values).count { return finer }
            classes = finer
        }
    }

    private func image(of value: Value, _ expression: Guard, _ data: Value, _ classes: [Value: Int]) -> Value {
        let declaration = definition.facts[fact]
        let result = expression.outcome(in: scope(value, data: data))
        guard result == .null || declaration.type.holds(result) else { return .type("no value") }
        return classes[declaration.type.normalised(result)].map { .int(Int64($0)) } ?? .type("outside")
    }

    private func scope(_ value: Value, data: Value) -> GuardScope {
        var scope = GuardScope(now: .verification)
        scope.facts = Array(repeating: .null, count: definition.facts.count)
        scope.facts[fact] = value
        scope.data = data
        return scope
    }

    private func numbered(_ kind: (Value) -> [Value]) -> [Value: Int] {
        var numbers: [[Value]: Int] = [:]
        var classes: [Value: Int] = [:]
        for value in domain {
            let key = kind(value)
            let number = numbers[key] ?? numbers.count
            numbers[key] = number
            classes[value] = number
        }
        return classes
    }
}

extension DataType {
    /// Every value, where there are few.
    fileprivate var domain: [Value]? {
        switch self {
        case .boolean: return [.bool(false), .bool(true), .null]
        case .enumeration(let codes): return codes.map { .string($0) } + [.null]
        case .set(let codes):
            guard codes.count <= Representatives.setCodesMax else { return nil }
            let sets: [Value] = (0..<1 << codes.count).map { bits in
                .list(codes.indices.filter { bits & 1 << $0 != 0 }.map { .string(codes[$0]) })
            }
            return sets + [.null]
        case .integer, .list, .code, .date, .instant, .text: return nil
        }
    }
}

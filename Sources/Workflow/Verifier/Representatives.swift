// SPDX-License-Identifier: EUPL-1.2

import Values

/// The values that stand for all that a field may hold, simplest first.
///
/// Booleans, enumerations and sets are there with every value. Of whole numbers there is every constant that they are compared
/// with and the numbers on both sides of it; of codes every constant and one that is none of them; of lists every combination, up
/// to the length that the questions about them can tell apart, of such elements.
struct Representatives {
    let values: [JSON]
    /// Why `values` may not stand for all.
    let doubts: Set<String>

    /// Sets with more codes than this are not ranged over whole.
    static let setCodesMax = 8
    /// Lists of one field.
    static let listsMax = 20_000

    init(of type: DataType, used usage: Usage) {
        var doubts = usage.doubts
        values = Representatives.values(of: type, usage, &doubts)
        // Any use of a value whose domain is finite is covered.
        self.doubts = type.isEnumerable ? doubts.subtracting(usage.doubts) : doubts
    }

    private static func values(of type: DataType, _ usage: Usage, _ doubts: inout Set<String>) -> [JSON] {
        switch type {
        case .boolean: return [true, false]
        case .enumeration(let values): return values.map { .string($0) }
        case .set(let codes):
            guard codes.count <= setCodesMax else {
                doubts.insert("a set of more than \(setCodesMax) codes is read")
                return [[]] + codes.map { [.string($0)] }
            }
            return (0..<1 << codes.count).map { bits in
                .array(codes.indices.filter { bits & 1 << $0 != 0 }.map { .string(codes[$0]) })
            }
        case .integer: return integers(around: usage.literals).map { .integer($0) }
        case .code, .text: return texts(besides: usage.literals)
        case .date:
            if !usage.literals.isEmpty { doubts.insert("a date is compared") }
            return ["2026-12-01"]
        case .instant:
            if !usage.literals.isEmpty { doubts.insert("a moment is compared") }
            return ["2026-12-01T09:00:00Z"]
        case .list(let element): return lists(of: values(of: element, usage, &doubts), usage, &doubts)
        }
    }

    private static func integers(around literals: Set<Value>) -> [Int64] {
        var numbers: Set<Int64> = [0]
        for case .int(let literal) in literals {
            numbers.formUnion([
                literal, literal.subtractingReportingOverflow(1).partialValue, literal.addingReportingOverflow(1).partialValue,
            ])
        }
        return numbers.sorted { ($0.magnitude, $0) < ($1.magnitude, $1) }
    }

    private static func texts(besides literals: Set<Value>) -> [JSON] {
        var texts: [String] = []
        for case .string(let literal) in literals where !literal.isEmpty { texts.append(literal) }
        var other = "x"
        while texts.contains(other) { other += "x" }
        return ([other] + texts.sorted()).map { .string($0) }
    }

    /// Lists without regard to order, for no question that is covered asks about it.
    private static func lists(of elements: [JSON], _ usage: Usage, _ doubts: inout Set<String>) -> [JSON] {
        let lengthMax = max(1, usage.elementQuestions, Int(clamping: (usage.sizes.max() ?? 0).addingReportingOverflow(1).partialValue))
        var lists: [[Int]] = [[]]
        var longest: [[Int]] = [[]]
        for _ in 0..<min(lengthMax, DataType.listCountMax) {
            longest = longest.flatMap { list in ((list.last ?? 0)..<elements.count).map { list + [$0] } }
            guard lists.count + longest.count <= listsMax else {
                doubts.insert("a list is asked too many questions to range over all its contents")
                break
            }
            lists += longest
        }
        return lists.map { .array($0.map { elements[$0] }) }
    }
}

extension DataType {
    /// Whether representatives are simply all values.
    var isEnumerable: Bool {
        switch self {
        case .boolean, .enumeration, .set: true
        case .integer, .list, .code, .date, .instant, .text: false
        }
    }
}

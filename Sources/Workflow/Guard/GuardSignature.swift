// SPDX-License-Identifier: EUPL-1.2

/// Which types each function takes and what it gives, for the checker.
enum GuardSignature {
    /// The type of the result, or nil where no overload can fit.
    static func result(of function: GuardFunction, _ types: [GuardType]) -> GuardType? {
        switch function {
        case .not: one(types, [.bool]) ? .bool : nil
        case .negate: one(types, [.int, .double, .duration]) ? types[0] : nil
        case .equal, .notEqual: .bool
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            one(types, [.bool, .int, .double, .string, .timestamp, .duration]) ? .bool : nil
        case .isIn: isContainer(types[1]) ? .bool : nil
        case .add: sum(types[0], types[1])
        case .subtract: difference(types[0], types[1])
        case .multiply, .divide: number(types, [.int, .double])
        case .remainder: number(types, [.int])
        case .index: element(of: types[0])
        case .size: isSized(types[0]) ? .int : nil
        case .startsWith, .endsWith, .contains, .matches: types.allSatisfy { $0.isText || $0 == .dyn } ? .bool : nil
        case .int: one(types, [.int, .double, .string, .timestamp]) ? .int : nil
        case .double: one(types, [.int, .double, .string]) ? .double : nil
        case .string: one(types, [.bool, .int, .double, .string, .timestamp, .duration]) ? .string : nil
        case .bool: one(types, [.bool, .string]) ? .bool : nil
        case .type: .type
        case .dyn: .dyn
        case .timestamp: one(types, [.int, .string, .timestamp]) ? .timestamp : nil
        case .duration: one(types, [.string, .duration]) ? .duration : nil
        case .getHours, .getMinutes, .getSeconds, .getMilliseconds: accessor(types, [.timestamp, .duration])
        case .getFullYear, .getMonth, .getDayOfMonth, .getDate, .getDayOfWeek, .getDayOfYear: accessor(types, [.timestamp])
        }
    }

    private static func one(_ types: [GuardType], _ allowed: [GuardType]) -> Bool {
        types[0] == .dyn || allowed.contains(types[0]) || types[0].isText && allowed.contains(.string)
    }

    private static func accessor(_ types: [GuardType], _ receivers: [GuardType]) -> GuardType? {
        guard types[0] == .dyn || receivers.contains(types[0]) else { return nil }
        return types.count == 1 || types[1].isText || types[1] == .dyn ? .int : nil
    }

    private static func number(_ types: [GuardType], _ allowed: [GuardType]) -> GuardType? {
        let known = types.filter { $0 != .dyn }
        guard let first = known.first else { return .dyn }
        return allowed.contains(first) && known.allSatisfy { $0 == first } ? first : nil
    }

    private static func sum(_ left: GuardType, _ right: GuardType) -> GuardType? {
        switch (left, right) {
        case (.dyn, _), (_, .dyn): .dyn
        case (.int, .int), (.double, .double), (.duration, .duration): left
        case (.timestamp, .duration), (.duration, .timestamp): .timestamp
        case (.list(let left), .list(let right)): .list(left.joined(with: right))
        default: left.isText && right.isText ? .string : nil
        }
    }

    private static func difference(_ left: GuardType, _ right: GuardType) -> GuardType? {
        switch (left, right) {
        case (.dyn, _), (_, .dyn): .dyn
        case (.int, .int), (.double, .double), (.duration, .duration), (.timestamp, .duration): left
        case (.timestamp, .timestamp): .duration
        default: nil
        }
    }

    private static func element(of type: GuardType) -> GuardType? {
        switch type {
        case .list(let element), .map(let element): element
        case .dyn, .fields: .dyn
        default: nil
        }
    }

    private static func isContainer(_ type: GuardType) -> Bool {
        switch type {
        case .dyn, .list, .map, .fields: true
        default: false
        }
    }

    private static func isSized(_ type: GuardType) -> Bool { isContainer(type) || type.isText }
}

// SPDX-License-Identifier: EUPL-1.2

import Messages

/// What one element of a message may be: the part of XML Schema that the StUF messages use, closed to everything else.
struct ElementRule: Sendable {
    let name: ElementName
    var occurs: ClosedRange<Int> = 1...1
    /// Whether `xsi:nil` may say that there is no value, or none that is known.
    var isNillable = false
    /// The reason that is given for a missing value (`StUF:noValue`) goes along with the element.
    var keepsReason = false
    var entity: Entity?
    let content: Content

    indirect enum Content: Sendable {
        /// What somebody wrote; where it may be left out, it may be empty as well.
        case text(Schema)
        /// A value of a list or of a pattern; never empty.
        case code(Schema)
        /// `yyyymmdd`, of which `StUF:indOnvolledigeDatum` may take the day, the month or all of it back.
        case date
        /// Elements in this order. Where it `isOptional` they may all be absent together.
        case group([ElementRule], isOptional: Bool = false)
        /// Fields that the sender adds beside the standard, each with a name of its own (`StUF:extraElement`).
        case named(Schema)
        /// The wrapping of another standard, whose attributes are its own affair.
        case envelope([ElementRule])
        /// Somebody else's elements; not read.
        case foreign
    }

    /// The attribute `StUF:entiteittype`.
    struct Entity: Sendable {
        /// The only value that it may have; nil for any.
        let type: String?
        let isRequired: Bool
    }

    var isRepeatable: Bool { occurs.upperBound > 1 }

    func occurring(_ occurs: ClosedRange<Int>) -> ElementRule { with { $0.occurs = occurs } }
    var optional: ElementRule { occurring(0...occurs.upperBound) }
    var nillable: ElementRule { with { $0.isNillable = true } }
    var keepingReason: ElementRule { with { $0.keepsReason = true } }
    func entity(_ type: String?, isRequired: Bool) -> ElementRule { with { $0.entity = Entity(type: type, isRequired: isRequired) } }

    private func with(_ change: (inout ElementRule) -> Void) -> ElementRule {
        var rule = self
        change(&rule)
        return rule
    }
}

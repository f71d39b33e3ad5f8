// SPDX-License-Identifier: EUPL-1.2

import Messages

/// The words in which the rules of the messages are written.
extension ElementRule {
    static func jz(_ name: String, _ content: Content) -> ElementRule { rule(Namespace.jz, name, content) }
    static func stuf(_ name: String, _ content: Content) -> ElementRule { rule(Namespace.stuf, name, content) }
    static func bg(_ name: String, _ content: Content) -> ElementRule { rule(Namespace.bg, name, content) }
    static func zkn(_ name: String, _ content: Content) -> ElementRule { rule(Namespace.zkn, name, content) }

    private static func rule(_ namespace: String, _ name: String, _ content: Content) -> ElementRule {
        ElementRule(name: ElementName(namespace: namespace, local: name), content: content)
    }

    /// Fields that a sender adds beside the standard.
    static let extraElements = stuf(
        "extraElementen",
        .group([stuf("extraElement", .named(.narrative)).occurring(1...MessageLimits.repeatsMax).nillable])
    ).optional
}

extension ElementRule.Content {
    /// Yes or no, in the standard's words.
    static let indicator = ElementRule.Content.code(.choice(["Ja", "Nee"]))
}

extension Schema {
    /// A text with a bound in characters, as XML Schema counts.
    static func characters(_ max: Int) -> Schema {
        .pattern("a text of 1 to \(max) characters") { (1...max).contains($0.unicodeScalars.count) }
    }
}

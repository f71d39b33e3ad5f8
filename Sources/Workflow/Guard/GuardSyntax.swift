// SPDX-License-Identifier: EUPL-1.2

/// An expression as it is written, with the place of every part.
struct GuardSyntax {
    indirect enum Form {
        case literal(Value)
        case name(String)
        case select(GuardSyntax, String)
        /// `receiver` is nil for `f(x)`.
        case call(receiver: GuardSyntax?, name: String, arguments: [GuardSyntax])
        case operation(GuardFunction, [GuardSyntax])
        case and(GuardSyntax, GuardSyntax)
        case or(GuardSyntax, GuardSyntax)
        case conditional(GuardSyntax, GuardSyntax, GuardSyntax)
        case list([GuardSyntax])
        case map([(key: GuardSyntax, value: GuardSyntax)])
    }

    let form: Form
    let offset: Int
    /// Levels from here to the deepest leaf.
    let depth: Int

    init(_ form: Form, offset: Int, parts: [GuardSyntax] = []) {
        self.form = form
        self.offset = offset
        depth = (parts.map(\.depth).max() ?? 0) + 1
    }
}

/// One word of the language.
struct GuardToken {
    enum Kind: Equatable {
        case name(String)
        /// A field's name between back quotes, which may hold signs that a plain one may not.
        case quotedName(String)
        case int(UInt64)
        case double(Double)
        case string(String)
        /// Operators and brackets.
        case sign(String)
        case end
    }

    let kind: Kind
    let offset: Int
}

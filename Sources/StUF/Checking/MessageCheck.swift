// SPDX-License-Identifier: EUPL-1.2

import Messages
import Values

/// Holds one message against its rules while it is read, and writes down what passed in a plain form of its own.
///
/// A state machine without input or output of its own: whoever reads the XML tells it what comes by. It does not stop at the
/// first thing that is wrong.
struct MessageCheck {
    private struct Frame {
        let rule: ElementRule
        let path: String
        let line: Int
        let attributes: AttributeReading
        var text = ""
        /// The rule that the element before this one followed, and how many have followed it.
        var position = 0
        var count = 0
        /// Where the plain form goes back to if there turns out to be nothing in the element.
        let mark: Int
    }

    private let roots: [ElementRule]
    private let known: Set<ElementName>
    private var frames: [Frame] = []
    /// How deep the reader is in an element that is not looked into.
    private var skipped = 0
    private var depth = 0
    private var hasStarted = false
    private(set) var violations: [Violation] = []
    /// Nothing more can be said of this document.
    private(set) var isHopeless = false
    private(set) var plain = PlainForm()
    /// Line by path, of each element that was looked into.
    private(set) var lines: [String: Int] = [:]

    /// The root element has come by from its beginning to its end.
    var isComplete: Bool { hasStarted && depth == 0 }

    /// - Parameter roots: the elements that the document may be.
    init(roots: [ElementRule]) {
        self.roots = roots
        known = Set(roots.flatMap(\.names))
    }

    mutating func start(_ name: ElementName, attributes: [ElementName: String], line: Int) {
        depth += 1
        hasStarted = true
        guard skipped == 0 else {
            skipped += 1
            return checkDepth(line: line)
        }
        guard let rule = rule(for: name, line: line) else {
            skipped = 1
            return
        }
        open(rule, attributes: attributes, line: line)
        checkDepth(line: line)
    }

    mutating func text(_ text: String) {
        guard skipped == 0, !frames.isEmpty else { return }
        frames[frames.count - 1].text += text
    }

    mutating func end() {
        depth -= 1
        guard skipped == 0 else {
            skipped -= 1
            return
        }
        guard let frame = frames.popLast() else { return }
        close(frame)
    }

    // MARK: - Which rule an element follows

    private mutating func rule(for name: ElementName, line: Int) -> ElementRule? {
        guard let parent = frames.last else { return root(for: name, line: line) }
        guard !parent.attributes.isNil else {
            report("should be empty, as xsi:nil says", at: parent.path, line: line)
            return nil
        }
        switch parent.rule.content {
        case .text, .code, .date, .named:
            report("should hold text, not elements", at: parent.path, line: line)
            return nil
        case .foreign: return nil
        case .group(let rules, _), .envelope(let rules): return next(name, among: rules, line: line)
        }
    }

    private mutating func root(for name: ElementName, line: Int) -> ElementRule? {
        if let rule = roots.first(where: { $0.name == name }) { return rule }
        let expected = roots.last?.name
        let reason =
            name.local == expected?.local
            ? "is in the wrong namespace; it should be \(expected?.namespace ?? "")"
            : "should be \(expected?.local ?? "") of \(expected?.namespace ?? ""), or a SOAP envelope around it"
        violations.append(Violation(line: line, path: "/", message: "the root element \(reason)"))
        isHopeless = true
        return nil
    }

    /// In a sequence, an element may not come before what stands before it in the schema.
    private mutating func next(_ name: ElementName, among rules: [ElementRule], line: Int) -> ElementRule? {
        let last = frames.count - 1
        let position = frames[last].position
        guard let index = rules.firstIndex(where: { $0.name == name }) else { return unknown(name, among: rules, line: line) }
        guard index >= position else {
            let before = rules[position].name.local
            report("has \(name.local) in the wrong place; it should come before \(before)", at: frames[last].path, line: line)
            return nil
        }
        if index > position {
            reportMissing(rules[position..<index], counted: frames[last].count)
            frames[last].position = index
            frames[last].count = 0
        }
        frames[last].count += 1
        guard frames[last].count <= rules[index].occurs.upperBound else { return tooMany(rules[index], line: line) }
        return rules[index]
    }

    private mutating func tooMany(_ rule: ElementRule, line: Int) -> ElementRule? {
        guard let frame = frames.last else { return nil }
        // Told once, at the first that is too many.
        if frame.count == rule.occurs.upperBound + 1 {
            report("has more than \(rule.occurs.upperBound) of \(rule.name.local)", at: frame.path, line: line)
        }
        return nil
    }

    private mutating func unknown(_ name: ElementName, among rules: [ElementRule], line: Int) -> ElementRule? {
        guard let path = frames.last?.path else { return nil }
        if let namesake = rules.first(where: { $0.name.local == name.local }) {
            report("has \(name.local) in the wrong namespace; it should be \(namesake.name.namespace)", at: path, line: line)
        } else {
            // Only a name of the schema is repeated: any other may be anything.
            let what = known.contains(name) ? name.local : "an element that is not in the schema"
            report("may not hold \(what); it may hold \(rules.map(\.name.local).joined(separator: ", "))", at: path, line: line)
        }
        return nil
    }

    // MARK: - Opening and closing an element

    private mutating func open(_ rule: ElementRule, attributes: [ElementName: String], line: Int) {
        let parent = frames.last
        let index = rule.isRepeatable ? "[\(parent?.count ?? 1)]" : ""
        let path = "\(parent?.path ?? "")/\(rule.name.local)\(index)"
        let reading = AttributeReading(attributes, of: rule)
        let mark = plain.mark
        lines[path] = line
        for problem in reading.problems { report(problem, at: path, line: line) }
        if case .group = rule.content { plain.open(rule.name.local) }
        frames.append(Frame(rule: rule, path: path, line: line, attributes: reading, mark: mark))
    }

    private mutating func close(_ frame: Frame) {
        switch frame.rule.content {
        case .text(let schema), .code(let schema), .named(let schema): close(frame, as: schema)
        case .date: closeDate(frame)
        case .group(let rules, let isOptional): closeGroup(frame, rules: rules, isOptional: isOptional)
        case .envelope(let rules):
            reportMissing(rules[frame.position...], counted: frame.count, in: frame)
        case .foreign: break
        }
    }

    private mutating func close(_ frame: Frame, as schema: Schema) {
        let value = frame.text.trimmingWhitespace
        guard !isAbsent(frame, value) else { return writeReason(frame) }
        let problems = schema.violations(in: .string(value))
        for problem in problems { report(problem.message, at: frame.path, line: frame.line) }
        if problems.isEmpty { plain.write(frame.rule.name.local, value, name: frame.attributes.name) }
    }

    private mutating func closeDate(_ frame: Frame) {
        let value = frame.text.trimmingWhitespace
        guard !isAbsent(frame, value) else { return writeReason(frame) }
        guard let date = StUFDate(value, incompleteness: frame.attributes.incompleteness) else {
            return report("should be \(StUFDate.expectation)", at: frame.path, line: frame.line)
        }
        if let text = date.text { plain.write(frame.rule.name.local, text) }
    }

    /// Whether an element says that it has no value: with `xsi:nil`, or by being empty where a text may be left out or has a reason.
    private mutating func isAbsent(_ frame: Frame, _ value: String) -> Bool {
        if frame.attributes.isNil {
            if !value.isEmpty { report("should be empty, as xsi:nil says", at: frame.path, line: frame.line) }
            return true
        }
        guard value.isEmpty else { return false }
        return switch frame.rule.content {
        case .text: frame.rule.occurs.lowerBound == 0 || frame.rule.isNillable && frame.attributes.reason != nil
        case .named: true
        case .code, .date, .group, .envelope, .foreign: false
        }
    }

    private mutating func writeReason(_ frame: Frame) {
        guard frame.rule.keepsReason, let reason = frame.attributes.reason else { return }
        plain.write(frame.rule.name.local, "", reason: reason)
    }

    private mutating func closeGroup(_ frame: Frame, rules: [ElementRule], isOptional: Bool) {
        if !frame.text.trimmingWhitespace.isEmpty { report("should hold elements, not text", at: frame.path, line: frame.line) }
        let isEmpty = frame.position == 0 && frame.count == 0
        if !frame.attributes.isNil, !(isEmpty && isOptional), frame.position < rules.count {
            reportMissing(rules[frame.position...], counted: frame.count, in: frame)
        }
        plain.close(frame.rule.name.local, from: frame.mark)
    }

    // MARK: - Telling what is wrong

    /// - Parameter counted: how many have followed the first of the rules.
    private mutating func reportMissing(_ rules: ArraySlice<ElementRule>, counted: Int, in frame: Frame? = nil) {
        guard let frame = frame ?? frames.last else { return }
        for (offset, rule) in rules.enumerated() where (offset == 0 ? counted : 0) < rule.occurs.lowerBound {
            report("is missing", at: "\(frame.path)/\(rule.name.local)", line: frame.line)
        }
    }

    private mutating func report(_ message: String, at path: String, line: Int) {
        violations.append(Violation(line: line, path: path, message: message))
        // Nobody reads on here, and a hostile document could go on for ever.
        if violations.count >= 10 * MessageLimits.errorsMax { isHopeless = true }
    }

    private mutating func checkDepth(line: Int) {
        guard depth > MessageLimits.xmlDepthMax, !isHopeless else { return }
        report("is nested deeper than \(MessageLimits.xmlDepthMax) levels", at: frames.last?.path ?? "/", line: line)
        isHopeless = true
    }
}

extension ElementRule {
    /// The names in the rule and everything below it.
    fileprivate var names: [ElementName] {
        switch content {
        case .text, .code, .date, .named, .foreign: [name]
        case .group(let rules, _), .envelope(let rules): [name] + rules.flatMap(\.names)
        }
    }
}

extension String {
    /// Without what XML calls white space at both ends.
    fileprivate var trimmingWhitespace: String {
        let isSpace: (Unicode.Scalar) -> Bool = { [0x20, 0x09, 0x0A, 0x0D].contains($0.value) }
        guard let first = unicodeScalars.firstIndex(where: { !isSpace($0) }),
            let last = unicodeScalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(unicodeScalars[first...last])
    }
}

// SPDX-License-Identifier: EUPL-1.2

import Values
import Workflow

/// Holds a workflow against what `Config` lets be disclosed, before any case is on it: lint says the same of a text, and an engine does
/// not start on a version that was published without it.
struct DisclosureCheck {
    let projections: ProjectionRules
    let legalBases: LegalBases

    /// - Throws: ``ConfigurationError`` with everything that is wrong.
    func check(_ definition: Definition, on day: CivilDate) throws {
        let problems = definition.tasks.flatMap { self.problems(with: $0, on: day) }
        guard problems.isEmpty else {
            throw ConfigurationError(
                "\(definition.name) version \(definition.version) cannot be used:\n" + problems.map { "  \($0)" }.joined(separator: "\n"))
        }
    }

    private func problems(with task: TaskDeclaration, on day: CivilDate) -> [String] {
        var problems: [String] = []
        if let purpose = task.purpose, let basis = task.basis {
            do {
                try legalBases.require(basis, to: task.to, purpose: purpose, on: day)
            } catch {
                problems.append("task '\(task.name)': \(error)")
            }
        } else {
            problems.append("task '\(task.name)' names no purpose or no legal basis, so nothing may be disclosed for it")
        }
        for group in task.shows {
            switch projections.most(of: group, for: task.to) {
            case nil: problems.append("task '\(task.name)' shows '\(group)', which is no group of Config/projections.yaml")
            case "none": problems.append("task '\(task.name)' shows '\(group)', of which \(task.to) may see nothing")
            case "acute-only" where task.lane != .acute:
                problems.append("task '\(task.name)' shows '\(group)', which \(task.to) may see in the acute lane only")
            default: break
            }
        }
        return problems
    }
}

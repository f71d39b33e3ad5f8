// SPDX-License-Identifier: EUPL-1.2

/// What a YAML file in a workflow's folder is, told by its first words without reading all of it.
public enum WorkflowFileKind: Hashable, Sendable {
    case definition
    /// A scenario, with the path of its definition where it names one, relative to its own folder.
    case scenario(workflow: String?)
    case other

    /// - Throws: ``DefinitionError`` where the text is no YAML.
    public static func of(_ text: String, file: String) throws(DefinitionError) -> WorkflowFileKind {
        let members = try DefinitionError.parse(text, file: file).members ?? []
        if members.contains(where: { $0.key == "scenario" }) {
            guard let workflow = members.first(where: { $0.key == "workflow" })?.value, case .scalar(let path, _) = workflow.content else {
                return .scenario(workflow: nil)
            }
            return .scenario(workflow: path)
        }
        return members.contains { $0.key == "workflow" } && members.contains { $0.key == "states" } ? .definition : .other
    }
}

extension DefinitionError {
    /// Parses a text; what is no YAML becomes an error with the file's name.
    static func parse(_ text: String, file: String) throws(DefinitionError) -> Document {
        do {
            return try Document.parse(text)
        } catch {
            throw DefinitionError(file: file, problems: [Problem(position: error.position, message: error.message)])
        }
    }
}

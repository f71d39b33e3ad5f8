// SPDX-License-Identifier: EUPL-1.2

extension LintRule {
    static let changedAfterPublication = LintRule("changed-after-publication", "a version that was published with another text") {
        subject in
        let definition = subject.definition
        guard let digest = subject.digest, let place = subject.text.root["version"] else { return [] }
        let published = subject.context.published.filter { $0.workflow == definition.name && $0.version == definition.version }
        guard let first = published.first(where: { $0.digest != digest }) else { return [] }
        return [
            Remark(
                place.position,
                "version \(definition.version) was published with another text (SHA-256 \(first.digest.prefix(12))…); give this text a new version"
            )
        ]
    }
}

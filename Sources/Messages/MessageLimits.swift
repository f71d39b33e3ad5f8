// SPDX-License-Identifier: EUPL-1.2

/// Bounds on what travels, each with its reason.
public enum MessageLimits {
    /// NL GOV profile for CloudEvents: larger content goes by reference.
    public static let eventBytesMax = 65_536
    /// A report with dozens of persons and long texts has a tenth of it.
    public static let reportBytesMax = 1 << 20
    /// Longest identifier of a message or a report.
    public static let identifierBytesMax = 128
    /// Persons in one report.
    public static let personsMax = 100
}
